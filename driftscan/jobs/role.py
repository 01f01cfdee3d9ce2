"""The role that driftscan reads with, for each account: as a CloudFormation template, as Terraform, as a StackSet for many accounts.

Its permissions are those of `driftscan permissions aws`; its trust names one principal and asks for the external id. IAM takes
6,144 characters in a managed policy, so there are several.

`python -m driftscan.jobs.role` writes `schedules/stackset/stackset.yaml` anew; a test holds it against the catalogue.
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any, Final

from driftscan.catalog import Catalog, load, permissions

NAME: Final = "driftscan-reader"
STACKSET: Final = Path(__file__).parents[1] / "schedules" / "stackset" / "stackset.yaml"

_PRINCIPAL: Final = r"^arn:aws[a-z-]*:iam::[0-9]{12}:(root|role/.+|user/.+)$"
_EXTERNAL: Final = r"^[\w+=,.@:/-]{2,1224}$"


def cloudformation(catalog: Catalog, external_id: str | None = None) -> str:
    """The template of one account: YAML, below the 51,200 bytes that CloudFormation takes directly.

    external_id: the default of its parameter.
    """
    policies = permissions.split(permissions.policy(catalog))
    default = "" if external_id is None else f'    Default: "{external_id}"\n'
    out = f"""\
# The role that driftscan reads an account with: nothing in it writes, nothing in it reads data.
AWSTemplateFormatVersion: "2010-09-09"
Description: Read-only role for driftscan
Parameters:
  TrustedPrincipal:
    Type: String
    Description: ARN of the role (or account) that driftscan runs as
    AllowedPattern: '{_PRINCIPAL}'
  ExternalId:
    Type: String
    Description: external_id of driftscan.yaml
    AllowedPattern: '{_EXTERNAL}'
{default}  RoleName:
    Type: String
    Default: {NAME}
Resources:
  Reader:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Ref RoleName
      Description: driftscan compares environments; it reads configuration and no data
      MaxSessionDuration: 3600
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {{AWS: !Ref TrustedPrincipal}}
            Action: sts:AssumeRole
            Condition: {{StringEquals: {{"sts:ExternalId": !Ref ExternalId}}}}
      ManagedPolicyArns:
"""
    out += "".join(f"        - !Ref Read{n}\n" for n in range(1, len(policies) + 1))
    for n, policy in enumerate(policies, 1):
        out += f"""\
  Read{n}:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Description: What driftscan reads, part {n} of {len(policies)}
      PolicyDocument:
        Version: "{policy["Version"]}"
        Statement:
"""
        out += "".join(_statement(s) for s in policy["Statement"])
    return out + "Outputs:\n  RoleArn:\n    Value: !GetAtt Reader.Arn\n"


def _statement(statement: dict[str, Any]) -> str:
    indent = " " * 14
    actions = textwrap.fill(
        ", ".join(statement["Action"]), 116, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return f"""\
          - Sid: {statement["Sid"]}
            Effect: Allow
            Resource: '*'
            Action: [
{actions}
            ]
"""


def stackset(catalog: Catalog) -> str:
    """A template for the organisation's management account: the role in every account of its units, new accounts included."""
    return """\
# The reader role in every account of some organisational units, in those that join later too.
# Deploy it once, in the organisation's management account:
#   aws cloudformation deploy --stack-name driftscan-readers --template-file stackset.yaml --capabilities CAPABILITY_NAMED_IAM \\
#     --parameter-overrides TrustedPrincipal=arn:aws:iam::111122223333:role/driftscan ExternalId=... Units=ou-abcd-12345678
# A StackSet never reaches the management account itself: give that one reader-role/cloudformation.yaml, should it be scanned.
# Made by `python -m driftscan.jobs.role` from the catalogue: the permissions are those of `driftscan permissions aws`.
AWSTemplateFormatVersion: "2010-09-09"
Description: driftscan's reader role for an organisation
Parameters:
  TrustedPrincipal:
    Type: String
    Description: ARN of the role (or account) that driftscan runs as
  ExternalId:
    Type: String
    Description: external_id of driftscan.yaml
  Units:
    Type: CommaDelimitedList
    Description: Organisational units (ou-...) or the root (r-...)
  HomeRegion:
    Type: String
    Default: us-east-1
    Description: IAM is global; the stacks have to lie somewhere
Resources:
  Readers:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: driftscan-readers
      Description: Read-only role for driftscan
      PermissionModel: SERVICE_MANAGED
      AutoDeployment: {Enabled: true, RetainStacksOnAccountRemoval: false}
      Capabilities: [CAPABILITY_NAMED_IAM]
      OperationPreferences: {FailureTolerancePercentage: 100, MaxConcurrentPercentage: 100}
      Parameters:
        - {ParameterKey: TrustedPrincipal, ParameterValue: !Ref TrustedPrincipal}
        - {ParameterKey: ExternalId, ParameterValue: !Ref ExternalId}
      StackInstancesGroup:
        - DeploymentTargets: {OrganizationalUnitIds: !Ref Units}
          Regions: [!Ref HomeRegion]
      TemplateBody: |
""" + textwrap.indent(cloudformation(catalog), " " * 8)


def terraform(catalog: Catalog, external_id: str) -> str:
    """The same role as one Terraform file, without a provider block: the caller's decides the account."""
    policies = permissions.split(permissions.policy(catalog))
    return (
        f"""\
# The role that driftscan reads an account with: nothing in it writes, nothing in it reads data.
terraform {{
  required_version = ">= 1.3"
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }}
  }}
}}

variable "trusted_principal" {{
  description = "ARN of the role (or account) that driftscan runs as."
  type        = string
}}

variable "external_id" {{
  description = "external_id of driftscan.yaml."
  type        = string
  default     = {json.dumps(external_id)}
}}

variable "role_name" {{
  description = "The role of driftscan.yaml."
  type        = string
  default     = "{NAME}"
}}

resource "aws_iam_role" "reader" {{
  name                 = var.role_name
  description          = "driftscan compares environments; it reads configuration and no data"
  max_session_duration = 3600
  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect    = "Allow"
      Principal = {{ AWS = var.trusted_principal }}
      Action    = "sts:AssumeRole"
      Condition = {{ StringEquals = {{ "sts:ExternalId" = var.external_id }} }}
    }}]
  }})
}}

resource "aws_iam_policy" "reader" {{
  count  = length(local.policies)
  name   = "${{var.role_name}}-${{count.index + 1}}"
  policy = jsonencode(local.policies[count.index])
}}

resource "aws_iam_role_policy_attachment" "reader" {{
  count      = length(local.policies)
  role       = aws_iam_role.reader.name
  policy_arn = aws_iam_policy.reader[count.index].arn
}}

output "role_arn" {{
  value = aws_iam_role.reader.arn
}}

locals {{
  policies = [
"""
        + "".join(_hcl(policy) for policy in policies)
        + "  ]\n}\n"
    )


def _hcl(policy: dict[str, Any]) -> str:
    out = f'    {{\n      Version = "{policy["Version"]}"\n      Statement = [\n'
    for statement in policy["Statement"]:
        actions = "".join(f'            "{a}",\n' for a in statement["Action"])
        out += (
            f'        {{\n          Sid      = "{statement["Sid"]}"\n          Effect   = "Allow"\n          Resource = "*"\n'
            f"          Action = [\n{actions}          ]\n        }},\n"
        )
    return out + "      ]\n    },\n"


if __name__ == "__main__":
    STACKSET.write_text(stackset(load()))
