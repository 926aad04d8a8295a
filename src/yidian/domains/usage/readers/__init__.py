"""Readers: a source file as a stream of records. A record that cannot be read is a Reject; a file is a BadInput."""
