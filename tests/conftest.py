"""Set before SciPy is imported: without it scikit-learn skips one of its checks of an estimator."""

import os

os.environ["SCIPY_ARRAY_API"] = "1"
