"""A rehearsal's only: cloud-init's EC2 data source on a machine without EC2's hardware.

cloud-init knows EC2 by its DMI data, which it doesn't read in a container, and uses IMDSv2 nowhere else.
"""

from cloudinit import sources
from cloudinit.sources import DataSourceEc2 as ec2


class DataSourceEc2(ec2.DataSourceEc2):
    def _get_cloud_name(self):
        return ec2.CloudNames.AWS


def get_datasource_list(depends):
    needs = (sources.DEP_FILESYSTEM, sources.DEP_NETWORK)
    return sources.list_from_depends(depends, [(DataSourceEc2, needs)])
