package media

// sortSizes sorts by counting bytes, the low one first.
func sortSizes(list []uint16) {
	if len(list) < 32 {
		for i := 1; i < len(list); i++ {
			for j := i; j > 0 && list[j] < list[j-1]; j-- {
				list[j], list[j-1] = list[j-1], list[j]
			}
		}
		return
	}
	other := make([]uint16, len(list))
	for shift := 0; shift < 16; shift += 8 {
		var at [257]int
		for _, x := range list {
			at[int(x>>shift&0xff)+1]++
		}
		for i := 1; i < len(at); i++ {
			at[i] += at[i-1]
		}
		for _, x := range list {
			k := x >> shift & 0xff
			other[at[k]] = x
			at[k]++
		}
		list, other = other, list
	}
}

// sortTimes brings messages into the order of their times, those of one time in that of the file.
// Nearly all captures are in order already.
func sortTimes(list []sample) []sample {
	sorted := true
	for i := 1; i < len(list); i++ {
		if list[i].time < list[i-1].time {
			sorted = false
			break
		}
	}
	if sorted {
		return list
	}
	other := make([]sample, len(list))
	for width := 1; width < len(list); width *= 2 {
		for at := 0; at < len(list); at += 2 * width {
			a, b := at, min(at+width, len(list))
			endA, endB := b, min(at+2*width, len(list))
			for k := at; k < endB; k++ {
				if a < endA && (b >= endB || list[a].time <= list[b].time) {
					other[k] = list[a]
					a++
				} else {
					other[k] = list[b]
					b++
				}
			}
		}
		list, other = other, list
	}
	return list
}
