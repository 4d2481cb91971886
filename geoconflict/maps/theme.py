"""A house style as the page wears it: colours and fonts as style, the logo as part of the page."""

from __future__ import annotations

from base64 import b64encode

from geoconflict.records import Theme

_GENERIC = {"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "ui-serif", "ui-sans-serif"}
_FONT = ("system-ui", "Segoe UI", "Roboto", "Noto Sans", "Noto Sans Arabic", "sans-serif")
_TITLE_FONT = ("Georgia", "Noto Serif", "Noto Naskh Arabic", "Times New Roman", "serif")
PRINTED = {  # black on white, whatever the screen shows
    "paper": "#ffffff", "ink": "#000000", "soft": "#333333", "line": "#999999", "link": "#000000",
}  # fmt: skip


def theme_style(theme: Theme | None = None) -> str:
    """Return the page's custom properties: of the system's scheme, or of the one the root's `data-scheme` names."""
    worn = theme or Theme()
    fonts = f"--font: {_stack(worn.font, _FONT)}; --serif: {_stack(worn.title_font or worn.font, _TITLE_FONT)};"
    light, dark = _properties(worn.colours("light")), _properties(worn.colours("dark"))
    return "\n".join(
        [
            f":root {{ color-scheme: light; {fonts} {light} }}",
            "@media (prefers-color-scheme: dark) {",
            f':root:not([data-scheme="light"]) {{ color-scheme: dark; {dark} }} }}',
            f':root[data-scheme="dark"] {{ color-scheme: dark; {dark} }}',
            f"@media print {{ :root:root:root {{ color-scheme: light; {light} {_properties(PRINTED)} }} }}",
        ]
    )


def theme_facts(theme: Theme | None) -> dict[str, str]:
    """Return what the page shows of a theme: its logo, where that leads, and its credit; without one nothing."""
    if theme is None:
        return {}
    logo = f"data:{theme.logo_mime};base64,{b64encode(theme.logo).decode()}" if theme.logo else ""
    facts = {"logo": logo, "logo_alt": theme.logo_alt, "logo_link": theme.logo_link, "credit": theme.credit}
    return {key: value for key, value in facts.items() if value}


def _properties(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colours.items())


def _stack(wanted: tuple[str, ...], usual: tuple[str, ...]) -> str:
    """Return a list of fonts for CSS; a name is checked at the door to hold no quote, and generic ones stand bare."""
    return ", ".join(name if name in _GENERIC else f'"{name}"' for name in dict.fromkeys((*wanted, *usual)))
