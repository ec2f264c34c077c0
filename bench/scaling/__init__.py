"""What Serve and our own code cost with many replicas of a model that costs nothing itself."""
