"""What an archive holds and lacks, and whether it is sound."""
