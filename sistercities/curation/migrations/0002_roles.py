from django.db import migrations

from sistercities.curation.roles import grant


def make_groups(apps, schema_editor):
    for app_label in ("auth", "curation"):
        grant(app_label, apps=apps, using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("curation", "0001_initial"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
