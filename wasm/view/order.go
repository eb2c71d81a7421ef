package view

// Stable sorts numbers by what they stand for; those that are equal stay as they are. Package
// slices brings five times as much program for it.
func Stable(list []int, compare func(a, b int) int) {
	spare := make([]int, len(list))
	for width := 1; width < len(list); width *= 2 {
		for at := 0; at < len(list); at += 2 * width {
			i, mid := at, min(at+width, len(list))
			k, end := mid, min(at+2*width, len(list))
			for n := at; n < end; n++ {
				if k == end || i < mid && compare(list[i], list[k]) <= 0 {
					spare[n] = list[i]
					i++
				} else {
					spare[n] = list[k]
					k++
				}
			}
		}
		copy(list, spare)
	}
}
