using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.TestsCommon.Kernels;

internal static partial class KernelTable
{
    private static IEnumerable<KernelCase> MemoryRows() =>
    [
        .. Row("fill", [.. s_lengths, 0], (a, n) => new FillCall(a.Out(n), 2.5f), (_, v) => Each(v[0], _ => 2.5), timed: 1 << 22),
        .. Row(
            "fill from a word", s_lengths,
            (a, n) =>
            {
                a.Numbers.SetSingle(StepNumbers.AtOnce, 2.5f);
                return new FillFromCall(StepNumbers.AtOnce, a.Out(n));
            },
            (_, v) => Each(v[0], _ => 2.5), timed: 1 << 22),
        .. Row("copy", [.. s_lengths, 0], (a, n) => new CopyCall(a.In(n), a.Out(n)), (_, v) => [v[0]], timed: 1 << 22),

        // Shape and start of x, shape and start of y, extent.
        .. Row(
            "copy block",
            [
                "3x5x71 0x1x0 3x7x71 0x3x0 3x3x71", "- - - - -", "7 2 9 4 5", "2x3x5x7 0x0x0x0 2x8x5x7 0x5x0x0 2x3x5x7",
                "2x8x5x7 0x5x0x0 2x3x5x7 0x0x0x0 2x3x5x7", "4x5x6x7 1x2x3x4 3x4x5x6 0x1x2x3 2x2x3x3",
                "2x3x4x5x6x7 1x1x1x1x1x1 2x2x3x4x5x6 1x0x0x0x0x0 1x2x3x4x5x6",
                "1x3x200x201 0x0x0x0 1x6x200x201 0x3x0x0 1x3x200x201", "1x2x300x301 0x0x0x1 1x2x300x300 0x0x0x0 1x2x300x300",
                "3x4 0x0 3x4 0x0 0x4",
            ],
            (a, size) => Extents(size) is [var x, var xStart, var y, var yStart, var extent]
                ? new CopyBlockCall(
                    a.In(new Shape(x).Count), new(x), xStart, a.In(new Shape(y).Count), new(y), yStart, new(extent))
                : throw new FormatException(size),
            (size, v) =>
            {
                var e = Extents(size);
                var (x, y) = (new Array64(new(e[0]), v[0]), new Array64(new(e[2]), v[1]));
                Array64.Build(new(e[4]), i => y[[.. i.Zip(e[3], (at, start) => at + start)]] = x[[.. i.Zip(e[1], (at,
                    start) => at + start)]]);
                return [y.Values];
            },
            onGpus: size => size.Length < 60, timed: "1x64x256x256 0x0x0x0 1x128x256x256 0x64x0x0 1x64x256x256"),
        .. Row(
            "permute",
            [
                "3x5x7x11 0x2x3x1", "3x2x5x3x7 4x2x0x3x1", "- -", "5 0", "5x7 1x0", "130x251 1x0", "3x5x7x11 0x1x2x3", "3x5x7x11 0x3x1x2",
                "3x5x7x11 3x2x1x0", "3x5x7x11 1x0x2x3", "3x5x7x11 0x1x3x2", "3x1x7x11 1x3x0x2", "2x3x4x5x6x7 5x0x3x1x4x2",
                "1x16x100x100 0x2x3x1",
            ],
            (a, size) => Extents(size) is [var x, var order]
                ? new PermuteCall(a.In(new Shape(x).Count), new(x), order, a.Out(new Shape(x).Count))
                : throw new FormatException(size),
            (size, v) => [Naive.Permute(new(new(Extents(size)[0]), v[0]), Extents(size)[1]).Values],
            onGpus: size => size.Length is > 5 and < 30 && !size.StartsWith('1'), timed: "64x256x256 1x2x0"),

        // Axis, then the shapes.
        .. Row(
            "concat", ["1 3x1x7x9 3x4x7x9", "0 2x3 4x3", "1 1x2x9 1x1x9", "1 3x40x7x5 3x1x7x5 3x29x7x5", "2 20x30x5 20x30x170"],
            (a, size) =>
            {
                var (axis, shapes) = (Extents(size)[0][0], Shapes(size)[1..]);
                var y = shapes[0].With(axis, shapes.Sum(shape => shape[axis]));
                return new ConcatCall([.. shapes.Select(shape => new ConcatPart(a.In(shape.Count), shape[axis]))], axis, a.Out(y.Count), y);
            },
            (size, v) => [Naive.Concat(Extents(size)[0][0], [.. Shapes(size)[1..].Zip(v, (shape, x) => new Array64(shape, x))]).Values]),
    ];
}
