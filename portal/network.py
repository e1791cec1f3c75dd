"""Whoever is at the other end of the line, for counting tries."""

from ipaddress import IPv4Address, ip_address, ip_network


def line_of(address: str) -> str:
    """What one line is known by. It has 2**64 addresses of IPv6, so their common beginning counts;
    one of IPv4, also where it is written as one of IPv6."""
    return _beginning(address, 32, 64)


def street_of(address: str) -> str:
    """What the lines beside it share: 256 addresses of IPv4, or the 65,536 lines of IPv6 that
    anybody gets for nothing."""
    return _beginning(address, 24, 48)


def _beginning(address: str, bits_of_4: int, bits_of_6: int) -> str:
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:  # a socket of this machine has no address
        return address
    if not isinstance(known, IPv4Address):
        if known.ipv4_mapped is None:
            return str(ip_network((known, bits_of_6), strict=False))
        known = known.ipv4_mapped
    return str(ip_network((known, bits_of_4), strict=False)).removesuffix("/32")
