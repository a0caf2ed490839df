"""fal-client's addresses are globals of its module; they are set here and nowhere else."""

from fal_client import client as library

from backend.fal.hosts import FalHosts


def point_fal_client(hosts: FalHosts) -> None:
    """Make fal-client call these hosts, in this whole process.

    Also without a stand-in: otherwise FAL_RUN_HOST in the environment would decide where the key
    goes.
    """
    library.QUEUE_URL_FORMAT = library.RUN_URL_FORMAT = hosts.queue_url + "/"
    library.REST_URL = hosts.rest_url
    library.CDN_URL = hosts.cdn_url


def points_at(hosts: FalHosts) -> bool:
    """Whether fal-client's uploads would go to these hosts."""
    return (hosts.rest_url, hosts.cdn_url) == (library.REST_URL, library.CDN_URL)
