"""What people really write around small tools, judged by somebody who has not read the rules."""
