"""The steps of a draft's way to sale that take more than the catalogue: trying, publishing, testing (MV-13 … MV-20)."""
