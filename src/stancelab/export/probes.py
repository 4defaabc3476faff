"""The probe statements: what a bundle is asked at export and after, to see that it is the same."""

from __future__ import annotations

import pyarrow as pa

from stancelab.schema import as_table

_PROBES = (
    ("Київ подякував Варшаві за допомогу й звинуватив Мінськ у шантажі.", "Варшаві"),
    ("Київ подякував Варшаві за допомогу й звинуватив Мінськ у шантажі.", "Мінськ"),
    ("Речник повідомив, що наступна зустріч із Туреччиною відбудеться в п’ятницю.", "Туреччиною"),
    ("Парламент скасував санкції проти Грузії.", "Грузії"),
    ("Канада засудила удар по порту й передала Ємену генератори.", "Ємену"),
    ("Brazil praised Kenya and threatened Peru with tariffs.", "Kenya"),
    ("Brazil praised Kenya and threatened Peru with tariffs.", "Peru"),
    ("The delegation arrived on Monday.", "Norway"),
    ("Москва отказалась осуждать Пекин, но выслала двух дипломатов Токио.", "Пекин"),
    ("Москва отказалась осуждать Пекин, но выслала двух дипломатов Токио.", "Токио"),
    ("北京对东京的决定表示欢迎。", "东京"),
    ("Rzym nałożył cła na towary z Egiptu!", "Egiptu"),
)


def probe_table() -> pa.Table:
    """Give the probes as a statement table; one of them does not name its actor."""
    return as_table([{"text": text, "actor": actor} for text, actor in _PROBES])
