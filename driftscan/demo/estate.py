"""What the demo's company runs: two teams' applications on one platform, built once per environment as their pipelines would.

Names, ids, address plans, regions and accounts differ between environments as they do in real companies; everything else is the same,
but for dev, which is everybody's workshop. `build` makes the clean twins; what happens to them is told in `story`.
"""

from __future__ import annotations

from driftscan.demo import payments, platform, storefront
from driftscan.demo.site import Site


def build(site: Site) -> None:
    """Everything, in the order in which it depends on each other."""
    platform.build(site)
    payments.build(site)
    storefront.build(site)
    platform.delivery(site)
