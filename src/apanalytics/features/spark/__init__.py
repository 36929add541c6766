"""The same SQL steps on Spark, where the data outgrow one machine."""

from apanalytics.features.spark.session import missing, open_session
from apanalytics.features.spark.writing import beside, publish, write_features_on_spark

__all__ = ["beside", "missing", "open_session", "publish", "write_features_on_spark"]
