"""What a card says of size, speed, and what a conversion changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stancelab.export.encoder import encoders_in

_MEGA, _KILO = 1e6, 1e3


def cost(manifest: Mapping[str, Any], size: int) -> Iterator[str]:
    """Write what the folder takes, and how fast it is.

    Parameters
    ----------
    manifest : mapping
        What the export says of the classifier.
    size : int
        Bytes of the folder's files, this card not counted.
    """
    parameters = manifest.get("parameters")
    numbers = f", {shown_count(parameters)} parameters" if parameters else ""
    yield f"{shown_bytes(size)}{numbers}.{_outside(manifest)}"
    speed = manifest.get("speed")
    if speed:
        threads = "1 thread" if speed["threads"] == 1 else f"up to {speed['threads']} threads"
        yield (
            f"{speed['statements_per_second']:,.0f} statements a second, measured at export on "
            f"{speed['rows']:,} rows: {speed['processor']}, {speed['runtime'] or threads}."
        )


def conversion(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Write what a conversion of the network changed; nothing where there was none."""
    if "precision" not in manifest:
        return
    yield "## Conversion"
    yield "\n".join(f"- {line}" for line in _conversion(manifest))


def _conversion(manifest: Mapping[str, Any]) -> Iterator[str]:
    members = manifest.get("members", ())
    network = "The network is" if not members else f"The networks of {len(members)} members are"
    yield (
        f"{network} ONNX (opset {manifest['opset']}) in {manifest['precision']}. The figures "
        "above were measured before that conversion."
    )
    if int8 := manifest.get("int8"):
        yield (
            f"int8 against single precision, on {int8['rows']} validation rows: the same label for "
            f"{int8['agreement']:.2%}, a largest difference of {int8['largest_difference']:.2g} in "
            "a probability."
        )
    for one in (manifest, *members):
        if kept := one.get("vocabulary"):
            whose = f"Member {one['member']}: of" if "member" in one else "Of"
            yield f"{whose} {_kept(kept)}"


def _kept(kept: Mapping[str, Any]) -> str:
    languages = ", ".join(kept["languages"]) or "the given texts"
    return (
        f"its {kept['of']:,} tokens it keeps {kept['tokens']:,}, for {languages}: "
        f"{kept['changed_segmentation']:.1%} of the validation statements are cut into other "
        f"tokens, and macro-F1 on them changes by {kept['macro_f1_change']:+.4f}. Texts in "
        "other languages are cut into smaller pieces, and read worse for it."
    )


def _outside(manifest: Mapping[str, Any]) -> str:
    """Say that an encoder is not inside, where it is not."""
    outside = "embed" in manifest["requires"] or "train" in manifest["requires"]
    encoders = encoders_in(manifest)
    if not encoders or not outside:
        return ""
    names = " and ".join(f"`{one['name']}`" for one in encoders)
    told = "Its encoder {} is" if len(encoders) == 1 else "Its encoders {} are"
    return f" {told.format(names)} not inside."


def shown_bytes(size: int) -> str:
    """Write a number of bytes for people.

    Examples
    --------
    >>> shown_bytes(131_400), shown_bytes(58_000_000)
    ('131 kB', '58.0 MB')
    """
    return f"{size / _MEGA:,.1f} MB" if size >= _MEGA else f"{size / _KILO:,.0f} kB"


def shown_count(count: int) -> str:
    """Write a large number for people.

    Examples
    --------
    >>> shown_count(117_653_760), shown_count(2_307)
    ('118 million', '2,307')
    """
    return f"{count / _MEGA:,.0f} million" if count >= 10 * _MEGA else f"{count:,}"
