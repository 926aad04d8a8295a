"""Tax by class and date, contained in prices."""

from yidian.kernel.tax.rates import included_tax as included_tax
from yidian.kernel.tax.rates import rate_ppm as rate_ppm

__all__ = ["included_tax", "rate_ppm"]
