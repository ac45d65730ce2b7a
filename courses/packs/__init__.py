"""Competences, modules with their lessons, requirements and paths: from a pack and back."""
