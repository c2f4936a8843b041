"""What a run is watched for: refusals, empty ids, a changed layout."""
