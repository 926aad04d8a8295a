"""What the web faces share: the table of routes with its rules, what a view is given, words and figures, the frame."""
