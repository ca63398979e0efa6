"""Standards: between what others write and the words of the house. Pure: bytes in, words out."""
