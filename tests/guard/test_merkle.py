"""The tree against RFC 6962: its definition, and the vectors of Certificate Transparency."""

import hashlib

import pytest

from homeward.guard.merkle import Tree, leaf_hash, node_hash

# Inputs and roots of certificate-transparency's own tests (merkle_tree_test), trees of 1 to 8.
INPUTS = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1: split at the largest power of two smaller than the size."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(by_definition(leaves[:half]), by_definition(leaves[half:]))


def test_the_vectors_of_certificate_transparency() -> None:
    tree = Tree()
    assert tree.root == hashlib.sha256(b"").digest()
    for given, root in zip(INPUTS, ROOTS, strict=True):
        tree.add(leaf_hash(bytes.fromhex(given)))
        assert tree.root.hex() == root


def test_it_goes_on_from_its_peaks_and_is_as_defined() -> None:
    tree, leaves = Tree(), []
    for number in range(130):
        leaves.append(leaf_hash(b"%d" % number))
        tree = Tree(tree.size, tree.peaks)
        tree.add(leaves[-1])
        assert tree.root == by_definition(leaves)


def test_peaks_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="has 2 peaks"):
        Tree(3, [b"\0" * 32])
