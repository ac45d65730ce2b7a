from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_answers_become_steps")]

    operations = [
        migrations.DeleteModel(name="Answer"),
        migrations.RemoveField(model_name="quiz", name="feedback"),
    ]
