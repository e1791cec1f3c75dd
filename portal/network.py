"""Whoever is at the other end of the line, for counting tries."""

from ipaddress import IPv4Address, ip_address, ip_network


def line_of(address: str) -> str:
    """What one line is known by. It has 2**64 addresses of IPv6, so their common beginning counts;
    one of IPv4, also where it is written as one of IPv6."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:  # a socket of this machine has no address
        return address
    if isinstance(known, IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known, 64), strict=False))
