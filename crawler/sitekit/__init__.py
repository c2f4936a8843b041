"""What a few pages of a site tell about the site: its values with their evidence, doubts of a reading, saved cases."""
