"""What apps above follow that is told by no model's own signal."""

from django.dispatch import Signal

# Many places in teams were given at once: `places`, memberships that are saved.
places_given = Signal()
