"""What applying a row did moves into a table of its own, and the JSON of rows becomes text that the database need not understand."""

import django.db.models.deletion
from django.db import migrations, models

import sistercities.imports.models


def copy_outcomes(apps, schema_editor):
    """An import of before can still be taken back."""
    row, outcome = apps.get_model("imports", "ImportRow"), apps.get_model("imports", "ImportOutcome")
    applied = row.objects.exclude(object_id=None).exclude(outcome={}).values_list("pk", "object_id", "outcome")
    made = (outcome(row_id=pk, object_id=record, done=done) for pk, record, done in applied.iterator())
    outcome.objects.bulk_create(made, batch_size=1000)


def as_text(apps, schema_editor):
    """A PostgreSQL database of before has columns of jsonb; SQLite's are text with a check that does no harm."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND table_name = 'imports_importrow' AND data_type = 'jsonb'"
        )
        changes = [f'ALTER COLUMN "{name}" TYPE text USING "{name}"::text' for (name,) in cursor.fetchall()]
    if changes:
        schema_editor.execute(f"ALTER TABLE imports_importrow {', '.join(changes)}")


class Migration(migrations.Migration):
    dependencies = [("imports", "0002_roles")]

    operations = [
        migrations.CreateModel(
            name="ImportOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="made",
                        to="imports.importrow",
                    ),
                ),
                ("object_id", models.PositiveBigIntegerField()),
                ("done", sistercities.imports.models.SparseJSONField(default=dict)),
            ],
            options={
                "verbose_name": "outcome of a row",
                "verbose_name_plural": "outcomes of rows",
                "default_permissions": (),
            },
        ),
        migrations.RunPython(as_text, migrations.RunPython.noop),
        migrations.RunPython(copy_outcomes, migrations.RunPython.noop),
        migrations.RemoveField("importrow", "outcome"),
        migrations.AlterField(
            "importrow",
            "batch",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="imports.importbatch",
            ),
        ),
        migrations.AlterField(
            "importoutcome",
            "row",
            models.OneToOneField(
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="outcome",
                to="imports.importrow",
            ),
        ),
    ]
