"""Which targets of Chinese posts are actors: states from CLDR, organisations and parties."""

from __future__ import annotations

import re
from functools import cache

from stancelab.errors import MissingExtraError

_ORGANISATIONS = """
    联合国 北约 欧盟 欧洲 西方 世卫组织 世界卫生组织 世卫 东盟 上合组织 七国集团 欧佩克 金砖国家
    国际奥委会 民主党 共和党 国民党 民进党 共产党 保守党 工党 自民党 哈马斯 塔利班 基辅 莫斯科
    华盛顿 北京 白宫 克里姆林宫 五角大楼 美联储 台湾当局
"""
_SHORT = "美俄中英法德日韩乌印伊朝以欧"
_BODIES = (
    "政府|当局|政权|总统|总理|首相|国会|议会|外交部|国防部|军队|军方|军|方|人民|民众|人|国家|公司"
)


def is_actor(target: str) -> bool:
    """Say whether a target names a state, its government or people, or a political organisation.

    A name may stand alone or before a body of the state ("美国政府"); anything longer is a claim
    or a topic.

    Examples
    --------
    >>> [is_actor(name) for name in ("美国政府", "俄罗斯", "北约", "世界杯", "支持乌克兰")]
    [True, True, True, False, False]
    """
    return _pattern().fullmatch(target.strip()) is not None


@cache
def _pattern() -> re.Pattern[str]:
    try:
        from babel import Locale
    except ImportError:
        raise MissingExtraError("babel", "train") from None
    territories = Locale("zh").territories
    states = [territories[code] for code in map(str, territories) if code.isalpha()]
    names = "|".join(map(re.escape, [*states, *_ORGANISATIONS.split()]))
    return re.compile(rf"(?:{names})(?:{_BODIES})?|[{_SHORT}](?:国政府|军|方|国)")
