"""The MLflow export as a function of Spark, on a Spark of this machine."""

from __future__ import annotations

import os
import shutil
import sys

import numpy as np
import pytest
from made_bundles import tfidf

from stancelab.export.bundle import write_bundle
from stancelab.export.mlflow_folder import add_mlflow_files
from stancelab.scoring import load_bundle

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("java") or os.environ.get("JAVA_HOME")), reason="missing tool: Java"
    ),
]
ROWS = 10_000
ADDED = "predicted string, p_hostile double, p_neutral double, p_cooperative double"
HERE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "600m",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master("local[2]").appName("stancelab")
        builder = builder.config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("spark")))
        for name, value in HERE.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()


@pytest.mark.filterwarnings("ignore::FutureWarning:pyspark")
def test_ten_thousand_rows_are_tagged_as_by_the_bundle(spark, tmp_path):
    import mlflow.pyfunc
    import pandas as pd
    from pyspark.sql.functions import struct

    folder = tmp_path / "bundle"
    write_bundle(folder, tfidf(), {}, add_mlflow_files)
    verbs = ("thanked", "accused", "neighbours", "подякував", "met")
    texts = [f"Oslo {verbs[n % 5]} Warsaw and Minsk, {n} times." for n in range(ROWS)]
    actors = [("Minsk", "Warsaw")[n % 2] for n in range(ROWS)]
    table = pd.DataFrame({"nr": range(ROWS), "text": texts, "actor": actors})
    tag = mlflow.pyfunc.spark_udf(spark, str(folder), env_manager="local", result_type=ADDED)
    rows = spark.createDataFrame(table).repartition(4)
    tagged = rows.select("nr", tag(struct("text", "actor")).alias("tag")).select("nr", "tag.*")
    found = tagged.toPandas().sort_values("nr")
    bundle = load_bundle(folder)
    assert found["nr"].tolist() == list(range(ROWS))
    assert found["predicted"].tolist() == bundle.predict(texts, actors)
    assert len(set(found["predicted"])) > 1
    names = ["p_hostile", "p_neutral", "p_cooperative"]
    assert np.array_equal(found[names].to_numpy(), bundle.predict_proba(texts, actors))
