"""What a run is watched for: refusals, holes, a changed layout."""
