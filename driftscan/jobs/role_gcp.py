"""The role that driftscan reads Google Cloud with: as gcloud commands, and as Terraform.

Two custom roles, least privilege, from the calls that a scan makes (`catalog.google`): one to read with, on the organization (or on single
projects), and one to use the quota of the project that the reader belongs to.
"""

from __future__ import annotations

from typing import Final, Literal

from driftscan.catalog.google import ASSET, MANAGER, USE, permissions

Scope = Literal["organization", "project"]
READER, QUOTA, ACCOUNT = "driftscanReader", "driftscanQuota", "driftscan-reader"
"""Ids of the custom roles, and the service account's name."""
_APIS: Final = (f"{ASSET}.googleapis.com", f"{MANAGER}.googleapis.com", "iamcredentials.googleapis.com")
_HEAD: Final = "# What driftscan reads Google Cloud with: nothing in it writes, nothing in it reads data."


def gcloud(scope: Scope) -> str:
    """A script of gcloud commands. scope: where the reader's role is made and granted."""
    return _START + (_ORGANIZATION if scope == "organization" else _PROJECTS).replace(
        "@PERMISSIONS@", ",".join(permissions(above=scope == "organization"))
    )


_START: Final = f"""\
{_HEAD}
set -eu
HOME_PROJECT=acme-tools            # the reader's own project: its quota is used
READER="serviceAccount:{ACCOUNT}@$HOME_PROJECT.iam.gserviceaccount.com"

gcloud services enable {" ".join(_APIS)} --project="$HOME_PROJECT"
gcloud iam service-accounts create {ACCOUNT} --project="$HOME_PROJECT" --display-name="driftscan: reads configuration"

# the quota of its own project
gcloud iam roles create {QUOTA} --project="$HOME_PROJECT" --title="driftscan: quota" --stage=GA \\
  --permissions={USE}
gcloud projects add-iam-policy-binding "$HOME_PROJECT" --member="$READER" --condition=None \\
  --role="projects/$HOME_PROJECT/roles/{QUOTA}"

"""
_ORGANIZATION: Final = f"""\
# everything below the organization; to read less, grant it on folders: gcloud resource-manager folders add-iam-policy-binding
# (nobody sees then which projects of the organization belong to no environment: ENV-01 is UNKNOWN)
ORGANIZATION=123456789012          # gcloud organizations list
gcloud iam roles create {READER} --organization="$ORGANIZATION" --title="driftscan: reader" --stage=GA \\
  --permissions=@PERMISSIONS@
gcloud organizations add-iam-policy-binding "$ORGANIZATION" --member="$READER" --condition=None \\
  --role="organizations/$ORGANIZATION/roles/{READER}"
"""
_PROJECTS: Final = f"""\
# each project by itself; what stands above them stays unread, which the report says
PROJECTS="acme-stage acme-prod"
for PROJECT in $PROJECTS; do
  gcloud iam roles create {READER} --project="$PROJECT" --title="driftscan: reader" --stage=GA \\
    --permissions=@PERMISSIONS@
  gcloud projects add-iam-policy-binding "$PROJECT" --member="$READER" --condition=None \\
    --role="projects/$PROJECT/roles/{READER}"
done
"""


def terraform(scope: Scope) -> str:
    """The same as one Terraform file, without a provider block. scope: as in `gcloud`."""
    whole = scope == "organization"
    asked = (
        'variable "organization" {\n  description = "Number of the organization."\n  type        = string\n}\n'
        if whole
        else 'variable "projects" {\n  description = "Ids of the projects that are read."\n  type        = set(string)\n}\n'
    )
    listed = "".join(f'    "{p}",\n' for p in permissions(above=whole))
    role = "google_organization_iam_custom_role" if whole else "google_project_iam_custom_role"
    where = "  org_id      = var.organization\n" if whole else "  for_each    = var.projects\n  project     = each.value\n"
    member = (
        'resource "google_organization_iam_member" "reader" {\n  org_id = var.organization\n  role   = '
        f"{role}.reader.name\n  member = google_service_account.reader.member\n}}\n"
        if whole
        else 'resource "google_project_iam_member" "reader" {\n  for_each = var.projects\n  project  = each.value\n  role     = '
        f"{role}.reader[each.value].name\n  member   = google_service_account.reader.member\n}}\n"
    )
    return f"""\
{_HEAD}
terraform {{
  required_version = ">= 1.3"
  required_providers {{
    google = {{
      source  = "hashicorp/google"
      version = ">= 5.0"
    }}
  }}
}}

variable "home_project" {{
  description = "The reader's own project: its quota is used."
  type        = string
}}

{asked}
resource "google_project_service" "api" {{
  for_each           = toset([{", ".join(f'"{a}"' for a in _APIS)}])
  project            = var.home_project
  service            = each.value
  disable_on_destroy = false
}}

resource "google_service_account" "reader" {{
  project      = var.home_project
  account_id   = "{ACCOUNT}"
  display_name = "driftscan: reads configuration"
}}

resource "google_project_iam_custom_role" "quota" {{
  project     = var.home_project
  role_id     = "{QUOTA}"
  title       = "driftscan: quota"
  permissions = ["{USE}"]
}}

resource "google_project_iam_member" "quota" {{
  project = var.home_project
  role    = google_project_iam_custom_role.quota.name
  member  = google_service_account.reader.member
}}

resource "{role}" "reader" {{
{where}  role_id     = "{READER}"
  title       = "driftscan: reader"
  permissions = [
{listed}  ]
}}

{member}
output "reader" {{
  value = google_service_account.reader.email
}}
"""
