"""What computes, in plain Python: no table, no request, no shop."""
