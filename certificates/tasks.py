"""Work for the task worker: making PDFs, with libraries web processes never load."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django_tasks import task

from certificates.models import Paper, paper_path


@task()
def make_paper(pk: int) -> None:
    """Make a certificate's PDF, unless it was made or forgotten meanwhile."""
    paper = Paper.objects.select_related("award__holder").filter(pk=pk, file="").first()
    if paper is None:
        return
    from certificates import pdf  # some 50 MB, wanted only in the worker

    content = pdf.make(paper.award, paper.language)
    name = default_storage.save(paper_path(paper, ""), ContentFile(content))
    unmade = Paper.objects.filter(pk=pk, file="")
    if not unmade.update(file=name, made_at=timezone.now()):
        default_storage.delete(name)
