package checker

import "math/bits"

// A pile is a long slice in blocks, so that it grows without being copied
// and without standing in memory twice.
type pile[T any] struct {
	blocks [][]T
	shift  uint // a block has 1<<shift elements
	n      int
}

// blockBytes is about the size of a block.
const blockBytes = 1 << 16

func (p *pile[T]) at(i int) *T { return &p.blocks[i>>p.shift][i&(1<<p.shift-1)] }

// extend adds n elements, which the caller sets.
func (p *pile[T]) extend(n int, spare *[][]T) {
	p.n += n
	for p.n > len(p.blocks)<<p.shift {
		last := len(*spare) - 1
		if last < 0 {
			p.blocks = append(p.blocks, make([]T, 1<<p.shift))
			continue
		}
		p.blocks = append(p.blocks, (*spare)[last])
		*spare = (*spare)[:last]
	}
}

// clear makes the pile empty and its blocks spare.
func (p *pile[T]) clear(spare *[][]T) {
	*spare = append(*spare, p.blocks...)
	p.blocks, p.n = p.blocks[:0], 0
	p.shift = uint(bits.Len64(blockBytes/max(1, uint64(stateBytes[T]()))|1)) - 1
}

// each gives f the elements, some at a time.
func (p *pile[T]) each(f func([]T) error) error {
	left := p.n
	for _, b := range p.blocks {
		b = b[:min(left, len(b))]
		left -= len(b)
		if err := f(b); err != nil {
			return err
		}
	}
	return nil
}
