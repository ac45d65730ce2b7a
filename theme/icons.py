"""The line icons of the site: drawn on a 24-unit grid, shown inline by `{% icon %}`."""

_DOT = '<circle cx="12" cy="12" r="{r}"{rest}/>'


def _path(*shapes: str) -> str:
    return "".join(f'<path d="{shape}"/>' for shape in shapes)


_RING = '<circle cx="12" cy="12" r="9"/>'

ICONS: dict[str, str] = {
    "arrow-left": _path("M20 12H4m7-7-7 7 7 7"),
    "arrow-right": _path("M4 12h16m-7-7 7 7-7 7"),
    "arrow-up": _path("M12 20V4m-7 7 7-7 7 7"),
    "arrow-down": _path("M12 4v16m-7-7 7 7 7-7"),
    "external": _path("M13 4h7v7m0-7-9 9M9 5H4v15h15v-5"),
    "check": _path("m4 13 5.5 5.5L20 6"),
    "check-circle": _RING + _path("m7.5 12.5 3.2 3.2 5.8-7"),
    "cross": _path("m5.5 5.5 13 13m0-13-13 13"),
    "cross-circle": _RING + _path("m8.5 8.5 7 7m0-7-7 7"),
    "alert": _path("M12 3.5 22 20.5H2z", "M12 10v5m0 2.5v.5"),
    "info": _RING + _path("M12 11v6m0-10v.5"),
    "clock": _RING + _path("M12 6.5V12l4 2.5"),
    "hourglass": _path("M6 3h12M6 21h12M7.5 3v3.5c0 3 9 8 9 11V21m0-18v3.5c0 3-9 8-9 11V21"),
    "calendar": _path("M4 5.5h16V20H4zM4 10h16M8 3v4.5M16 3v4.5"),
    "book": _path("M12 6.5C9.5 4.5 6.5 4 3 4v14.5c3.5 0 6.5.5 9 2.5 2.5-2 5.5-2.5 9-2.5V4c-3.5 0-6.5.5-9 2.5zm0 0V21"),
    "lesson": _path("M5 3h10l4 4v14H5zM14.5 3v4.5H19M8.5 12h7m-7 4h7"),
    "quiz": _path("M4 6l1.5 1.5L8.5 4M4 16.5 5.5 18l3-3.5M12 6.5h8M12 17h8"),
    "scenario": _path("M3 4h12v9H8l-4 3.5V13H3zM18 9h3v9h-1v3l-3.5-3H11"),
    "path": '<circle cx="6" cy="19" r="2.5"/><circle cx="18" cy="5" r="2.5"/>'
    + _path("M8.5 19H15a3.5 3.5 0 0 0 0-7H9a3.5 3.5 0 0 1 0-7h6.5"),
    "certificate": '<circle cx="12" cy="9" r="6"/>' + _path("m8.5 14-2 7.5L12 18.5l5.5 3-2-7.5"),
    "person": '<circle cx="12" cy="8" r="4"/>' + _path("M4 21c.5-5 3.5-7 8-7s7.5 2 8 7"),
    "people": '<circle cx="9" cy="8.5" r="3.5"/>'
    + _path("M2.5 20c.4-4.5 2.8-6 6.5-6s6.1 1.5 6.5 6M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 14.5c2.2.7 3.3 2.4 3.5 5.5"),
    "home": _path("m3 11.5 9-8 9 8M5.5 9.5V20.5h13V9.5M10 20.5v-6h4v6"),
    "chart": _path("M4 20V13h3.5v7M10.25 20V8h3.5v12M16.5 20V4H20v16M2.5 20h19"),
    "download": _path("M12 3.5v12m-5-5 5 5 5-5M4 20.5h16"),
    "upload": _path("M12 15.5v-12m-5 5 5-5 5 5M4 20.5h16"),
    "print": _path("M7 8.5V3h10v5.5M7 17H3.5V8.5h17V17H17M7 14h10v7H7z"),
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/>' + _path("m15.5 15.5 5.5 5.5"),
    "menu": _path("M3.5 6.5h17M3.5 12h17m-17 5.5h17"),
    "sun": '<circle cx="12" cy="12" r="4"/>'
    + _path("M12 2v3m0 14v3M2 12h3m14 0h3M5 5l2 2m10 10 2 2M19 5l-2 2M7 17l-2 2"),
    "moon": _path("M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"),
    "contrast": _RING + '<path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor"/>',
    "globe": _RING + _path("M3 12h18M12 3c-5.5 5.5-5.5 12.5 0 18 5.5-5.5 5.5-12.5 0-18"),
    "mail": _path("M3 5.5h18v13H3zM3.5 6l8.5 7 8.5-7"),
    "key": '<circle cx="8" cy="15.5" r="4.5"/>' + _path("m11.5 12.5 8.5-9m-4 4.5 3.5 3"),
    "lock": _path("M5 11h14v10H5zM8 11V7.5a4 4 0 0 1 8 0V11M12 15v2.5"),
    "logout": _path("M10 3.5H4v17h6M9.5 12h11m-5-5 5 5-5 5"),
    "edit": _path("M4 20l1-5L16.5 3.5l4 4L9 19zM14 6l4 4"),
    "pencil": _path("M4 20l1-5L16.5 3.5l4 4L9 19zM14 6l4 4"),
    "plus": _path("M12 4v16M4 12h16"),
    "minus": _path("M4 12h16"),
    "dot": _DOT.format(r=4, rest=' fill="currentColor"'),
    "ring": _DOT.format(r=7, rest=""),
    "half": _DOT.format(r=7, rest="") + '<path d="M12 5a7 7 0 0 1 0 14z" fill="currentColor"/>',
    "grip": _path("M9 6h.1M15 6h.1M9 12h.1M15 12h.1M9 18h.1M15 18h.1"),
    "flag": _path("M5 21.5V3.5h13l-3 4.5 3 4.5H5"),
    "quote": _path("M10 6.5C6.5 7.5 5 10 5 13v4.5h5V13H6.5M19.5 6.5C16 7.5 14.5 10 14.5 13v4.5h5V13H16"),
    "eye": _path("M2 12c4.5-8 15.5-8 20 0-4.5 8-15.5 8-20 0z") + '<circle cx="12" cy="12" r="3"/>',
    "sources": _path("M4 4h4v16H4zM8 4h4v16H8zM13.5 5l3.8-1 3.7 15-3.8 1z"),
    "bridge": _path("M1.5 8h21M3.5 8v11.5M20.5 8v11.5M3.5 19.5a8.5 8.5 0 0 1 17 0M8 8v4.5M12 8v3M16 8v4.5"),
    "star": _path("m12 3 2.7 5.8 6.3.8-4.6 4.4 1.2 6.3L12 17.2l-5.6 3.1 1.2-6.3L3 9.6l6.3-.8z"),
    "refresh": _path("M20 5v5h-5M4 19v-5h5M19.5 10A8 8 0 0 0 5.5 7M4.5 14a8 8 0 0 0 14 3"),
    "list": _path("M8.5 6H20M8.5 12H20M8.5 18H20M4 6h.1M4 12h.1M4 18h.1"),
    "trash": _path("M4 6.5h16M9 6V3.5h6V6M6 6.5 7 21h10l1-14.5M10 10.5v6.5m4-6.5v6.5"),
}  # fmt: skip
