"""What computes, in plain Python: no model, no table of its own, no request.

`facts` reads where lots are, `pending` what is sold and not yet moved, `verdict` says what becomes
of one number, `plan` does so for lines.
"""
