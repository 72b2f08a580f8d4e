"""Small Tabular Lists, put together from codes and notes."""


def diag(code, title, *inner):
    return f"<diag><name>{code}</name><desc>{title}</desc>{''.join(inner)}</diag>"


def block(kind, *texts):
    return f"<{kind}>{''.join(f'<note>{text}</note>' for text in texts)}</{kind}>"


def book(*diags):
    """Return the XML of one chapter and one section, both A00-A99, with *diags*."""
    return (
        "<ICD10CM.tabular><version>2026</version><chapter><name>1</name>"
        "<desc>Everything (A00-A99)</desc><section id='A00-A99'>"
        f"<desc>Everything (A00-A99)</desc>{''.join(diags)}</section></chapter>"
        "</ICD10CM.tabular>"
    )
