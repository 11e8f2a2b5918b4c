"""The stand-in Naver: its pages, hosts and the truth about them."""
