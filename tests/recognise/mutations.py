"""Ways in which a file can be damaged on its way: bytes lost, doubled, turned, put in."""

import random


def mutated(data: bytes, seed: int) -> bytes:
    """The file with one to eight random wounds; the same seed gives the same file."""
    chance = random.Random(seed)
    wounded = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if not wounded:
            break
        at = chance.randrange(len(wounded))
        length = chance.choice([1, 1, 2, 4, 16, 512])
        match chance.randrange(6):
            case 0:
                wounded[at] ^= 1 << chance.randrange(8)
            case 1:
                del wounded[at : at + length]
            case 2:
                wounded[at:at] = chance.randbytes(length)
            case 3:
                wounded[at : at + length] = bytes([chance.choice([0, 0x7F, 0xFF])]) * length
            case 4:
                other = chance.randrange(len(wounded))
                wounded[at : at + length] = wounded[other : other + length]
            case _:
                del wounded[at if chance.random() < 0.2 else len(wounded) - length :]
    return bytes(wounded)
