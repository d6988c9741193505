using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>What <see cref="TensorOps.GridSample"/> reads beyond the border of a picture.</summary>
public enum GridEdge
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>The nearest pixel of the border.</summary>
    Border,

    /// <summary>The picture mirrored at its border.</summary>
    Reflection,
}

// Spatial transformers (Jaderberg et al. 2015). Compositions: pixels are gathered at positions that are computed on the device, and weights
// are functions of the grid, so that gradients of any order flow back to both.
public static partial class TensorOps
{
    private const float Keys = -0.75f;

    /// <summary>
    /// Samples pictures at the points of a grid, as PyTorch's <c>grid_sample</c>: y[n, :, i, j] is x[n] at the point grid[n, i, j] =
    /// (column, row), where −1 and 1 are opposite borders. Points that are NaN or far outside count as one beyond the first border.
    /// </summary>
    /// <param name="x">[N, C, H, W]</param>
    /// <param name="grid">[N, rows, columns, 2]</param>
    /// <param name="mode">
    /// <see cref="ResizeMode.Bilinear"/>, <see cref="ResizeMode.NearestExact"/> (the nearest pixel, the even one of two) or
    /// <see cref="ResizeMode.Bicubic"/>; <see cref="ResizeMode.Nearest"/> is the same as nearest-exact
    /// </param>
    /// <param name="edge">what is read beyond the border</param>
    /// <param name="alignCorners">−1 and 1 are the centres of the first and last pixel, not their outer borders</param>
    /// <returns>[N, C, rows, columns]</returns>
    /// <exception cref="ShapeException">the shapes do not fit, or the pictures have no pixel</exception>
    public static Tensor GridSample(
        this Tensor x, Tensor grid, ResizeMode mode = ResizeMode.Bilinear, GridEdge edge = GridEdge.Zeros, bool alignCorners = false)
    {
        Given.Both(x, grid);
        var (s, g) = (x.Shape, grid.Shape);
        if (s.Rank != 4 || g.Rank != 4 || g[0] != s[0] || g[3] != 2 || s[2] == 0 || s[3] == 0)
        {
            throw new ShapeException(
                $"grid_sample: pictures [N, C, H, W] of at least one pixel and a grid [N, H, W, 2] are needed, not {s} and {g}");
        }

        if ((long)s[2] * s[3] > MaxExactInteger)
        {
            throw new ShapeException(
                $"grid_sample: the planes of {s} have more than {MaxExactInteger} pixels, up to which places are exact");
        }

        // Channels last: a place then serves all of them.
        var points = new Shape(s[0], Extents.Of("grid_sample", (long)g[1] * g[2], g), 1);
        var columns = Taps(grid, 0, s[3]);
        var rows = Taps(grid, 1, s[2]);
        using var turned = x.Permute(0, 2, 3, 1);
        using var pixels = turned.Reshape(new Shape(s[0], s[2] * s[3], s[1]));
        Tensor? sum = null;
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                using var line = row.Place.Affine(s[3], 0);
                using var place = line.Add(column.Place);
                using var picked = pixels.Gathered("grid_sample", 1, place);
                using var weight = row.Weight is null || column.Weight is null ? null : row.Weight.Multiply(column.Weight);
                var part = weight is null ? picked.Share() : picked.Multiply(weight);
                if (sum is null)
                {
                    sum = part;
                    continue;
                }

                using var before = sum;
                using var more = part;
                sum = before.Add(more);
            }
        }

        foreach (var (place, weight) in rows.Concat(columns))
        {
            place.Dispose();
            weight?.Dispose();
        }

        using (sum)
        {
            using var pictures = sum!.Reshape(new Shape(s[0], g[1], g[2], s[1]));
            return pictures.Permute(0, 3, 1, 2);
        }

        (Tensor Place, Tensor? Weight)[] Taps(Tensor grid, int coordinate, int extent)
        {
            using var slice = grid.Slice(-1, coordinate, 1);
            using var line = slice.Reshape(points);
            using var at = PositionsOf(line, extent, edge, alignCorners, folds: mode != ResizeMode.Bicubic);
            return TapsAt(at, extent, mode, edge, alignCorners);
        }
    }

    /// <summary>
    /// The grid of affine maps for <see cref="GridSample"/>, as PyTorch's <c>affine_grid</c>: grid[n, i, j] = theta[n] · (column, row, 1).
    /// </summary>
    /// <param name="theta">[N, 2, 3]</param>
    /// <param name="size">rows and columns of the grid, at least 1</param>
    /// <param name="alignCorners">−1 and 1 are the centres of the first and last pixel, not their outer borders</param>
    /// <returns>[N, rows, columns, 2]</returns>
    /// <exception cref="ShapeException">the maps have another shape, or the grid no points</exception>
    public static Tensor AffineGrid(this Tensor theta, Size2d size, bool alignCorners = false)
    {
        ArgumentNullException.ThrowIfNull(theta);
        var (height, width) = size;
        var s = theta.Shape;
        if (s.Rank != 3 || s[1] != 2 || s[2] != 3 || height < 1 || width < 1)
        {
            throw new ShapeException(
                $"affine_grid: maps [N, 2, 3] and a grid of at least 1x1 are needed, not {s} and {height}x{width}");
        }

        var points = Extents.Of("affine_grid", (long)height * width, s);
        using var columns = Coordinates(width);
        using var rows = Coordinates(height);
        using var wide = columns.Expand(new Shape(height, width));
        using var across = wide.Reshape(new Shape(points, 1));
        using var line = rows.Reshape(new Shape(height, 1));
        using var tall = line.Expand(new Shape(height, width));
        using var down = tall.Reshape(new Shape(points, 1));
        using var ones = Tensor.Ones(new Shape(points, 1), theta.Device);
        using var homogeneous = Concat(1, across, down, ones);
        using var mapped = homogeneous.MatMul(theta, transposeB: true);
        return mapped.Reshape(new Shape(s[0], height, width, 2));

        Tensor Coordinates(int extent)
        {
            using var steps = Tensor.Arange(extent, theta.Device);
            return !alignCorners ? steps.Affine(2f / extent, (1f / extent) - 1)
                : extent == 1 ? steps.Affine(0, 0)
                : steps.Affine(2f / (extent - 1), -1);
        }
    }

    /// <summary>The positions of coordinates in pixels, inside the border where the edge says so.</summary>
    private static Tensor PositionsOf(Tensor coordinates, int extent, GridEdge edge, bool alignCorners, bool folds)
    {
        using var at = alignCorners
            ? coordinates.Affine((extent - 1) / 2f, (extent - 1) / 2f)
            : coordinates.Affine(extent / 2f, (extent - 1) / 2f);
        return folds ? Folded(at, extent, edge, alignCorners) : at.Share();
    }

    /// <summary>Positions limited to the border, or mirrored at it. Unlimited ones are kept where integers are exact.</summary>
    private static Tensor Folded(Tensor at, int extent, GridEdge edge, bool alignCorners)
    {
        // A comparison with NaN is false.
        using var size = at.Detach().Abs();
        using var isNear = size.LessThanOrEqual(MaxExactInteger / 2);
        using var outside = Tensor.Full(Shape.Scalar, edge == GridEdge.Zeros ? -2 : 0, at.Device);
        using var near = edge == GridEdge.Border ? at.Share() : isNear.Where(at, outside);
        if (edge == GridEdge.Zeros)
        {
            return near.Share();
        }

        using var mirrored = edge == GridEdge.Reflection ? Mirrored(near, extent, alignCorners) : near.Share();
        using var isNumber = mirrored.EqualTo(mirrored);
        using var number = mirrored.Mask(isNumber);

        // As in PyTorch, a position on the border has no slope.
        return extent == 1 ? number.Affine(0, 0) : number.Hardtanh(0, extent - 1);
    }

    /// <summary>Reflected at the first and last pixel's centres, or at their outer borders.</summary>
    private static Tensor Mirrored(Tensor at, int extent, bool alignCorners)
    {
        var (first, range) = alignCorners ? (0f, extent - 1f) : (-0.5f, (float)extent);
        if (range == 0)
        {
            return at.Affine(0, 0);
        }

        using var shifted = at.Affine(1, -first);
        using var distance = shifted.Abs();
        using var constant = distance.Detach();
        using var quotient = constant.DividedBy(range);
        using var turns = quotient.Floor();
        using var whole = turns.Affine(range, 0);
        using var rest = distance.Subtract(whole);

        // An odd number of turns runs backwards.
        using var halves = turns.Affine(0.5f, 0);
        using var pairs = halves.Floor();
        using var isOdd = halves.NotEqualTo(pairs);
        using var sign = isOdd.Affine(-2, 1);
        using var signed = rest.Multiply(sign);
        using var start = isOdd.Affine(range, first);
        return signed.Add(start);
    }

    /// <summary>The pixels that a position reads along a dimension, and their weights; null for 1.</summary>
    private static (Tensor Place, Tensor? Weight)[] TapsAt(Tensor at, int extent, ResizeMode mode, GridEdge edge, bool alignCorners)
    {
        using var constant = at.Detach();
        if (mode is ResizeMode.Nearest or ResizeMode.NearestExact)
        {
            using var nearest = constant.Round();
            return [Tap(nearest, null)];
        }

        using var finite = mode == ResizeMode.Bicubic ? NearOf(constant) : constant.Share();
        using var left = finite.Floor();
        using var part = at.Subtract(left);
        using var opposite = part.Affine(-1, 1);
        if (mode == ResizeMode.Bilinear)
        {
            using var right = left.Affine(1, 1);
            return [Tap(left, opposite.Share()), Tap(right, part.Share())];
        }

        var taps = new (Tensor, Tensor?)[4];
        for (var i = 0; i < taps.Length; i++)
        {
            using var place = left.Affine(1, i - 1);
            using var distance = i switch { 0 => part.Affine(1, 1), 1 => part.Share(), 2 => opposite.Share(), _ => part.Affine(-1, 2) };
            taps[i] = Tap(place, i is 0 or 3 ? OuterCubic(distance) : InnerCubic(distance));
        }

        return taps;

        (Tensor, Tensor?) Tap(Tensor place, Tensor? weight)
        {
            using var folded = mode == ResizeMode.Bicubic ? Folded(place, extent, edge, alignCorners) : place.Share();
            using var rounded = folded.Round();
            var inside = rounded.Clamp(0, extent - 1);
            if (edge != GridEdge.Zeros)
            {
                return (inside, weight);
            }

            using var isInside = inside.EqualTo(place);
            using (weight)
            {
                return (inside, weight is null ? isInside.Share() : weight.Mask(isInside));
            }
        }
    }

    /// <summary>Positions of a cubic filter, which folds its taps: those that are no number count as beyond the first border.</summary>
    private static Tensor NearOf(Tensor at)
    {
        using var size = at.Abs();
        using var isNear = size.LessThanOrEqual(MaxExactInteger / 2);
        using var outside = Tensor.Full(Shape.Scalar, -4, at.Device);
        return isNear.Where(at, outside);
    }

    /// <summary>Keys' cubic for distances up to 1: ((a + 2)·d − (a + 3))·d² + 1.</summary>
    private static Tensor InnerCubic(Tensor distance)
    {
        using var square = distance.Square();
        using var line = distance.Affine(Keys + 2, -(Keys + 3));
        using var cubic = line.Multiply(square);
        return cubic.Affine(1, 1);
    }

    /// <summary>Keys' cubic for distances from 1 to 2: a·(((d − 5)·d + 8)·d − 4).</summary>
    private static Tensor OuterCubic(Tensor distance)
    {
        using var line = distance.Affine(1, -5);
        using var square = line.Multiply(distance);
        using var shifted = square.Affine(1, 8);
        using var cubic = shifted.Multiply(distance);
        return cubic.Affine(Keys, -4 * Keys);
    }
}
