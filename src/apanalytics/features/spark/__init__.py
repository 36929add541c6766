"""The same SQL steps on Spark, where the data outgrow one machine."""

from apanalytics.features.spark.session import missing, open_session
from apanalytics.features.spark.writing import write_features_on_spark

__all__ = ["missing", "open_session", "write_features_on_spark"]
