"""Is everything there that a night needs?"""
