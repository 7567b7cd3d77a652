"""Values of the formats that the document of /api names and JSON Schema cannot describe."""

import ipaddress

import schemathesis
from hypothesis import strategies as st

numbers = st.integers(min_value=0, max_value=2**32 - 1)
schemathesis.openapi.format(
    "asn",
    st.one_of(
        numbers.map(str),
        numbers.map(lambda n: f"AS{n}"),
        numbers.map(lambda n: f"{n >> 16}.{n & 0xFFFF}"),
    ),
)


def prefix(family, bits):
    def at(pair):
        address, length = pair
        return str(family((address >> (bits - length) << (bits - length), length)))

    return st.tuples(st.integers(0, 2**bits - 1), st.integers(0, bits)).map(at)


schemathesis.openapi.format(
    "ip-prefix",
    st.one_of(prefix(ipaddress.IPv4Network, 32), prefix(ipaddress.IPv6Network, 128)),
)
