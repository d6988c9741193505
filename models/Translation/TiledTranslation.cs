namespace IlgpuGan.Models.Translation;

/// <summary>
/// Translates a large picture in overlapping tiles and blends them in the overlaps. Norms use the statistics of each tile, so tiles
/// may differ in contrast from the untiled translation; blending only hides the seams. One row of tiles is in memory at a time.
/// </summary>
/// <param name="tileWidth">width of a tile in pixels</param>
/// <param name="tileHeight">height of a tile in pixels</param>
/// <param name="overlap">overlap of neighbouring tiles in pixels</param>
/// <param name="translate">translates a part of the picture to [1, C, H, W]</param>
internal sealed class TiledTranslation(int tileWidth, int tileHeight, int overlap, Func<Picture, Tensor> translate)
{
    /// <param name="input">the picture</param>
    /// <param name="device">the device of the tensors</param>
    /// <param name="toPicture">converts rows of the result, [1, C, h, W], to a picture</param>
    /// <param name="cancellationToken">ends the translation before the next tile</param>
    /// <exception cref="ShapeException">the tiles' outputs have another size</exception>
    /// <exception cref="OperationCanceledException">the translation was cancelled</exception>
    public Picture Run(Picture input, Device device, Func<Tensor, Picture> toPicture, CancellationToken cancellationToken)
    {
        var (width, height) = (input.Width, input.Height);
        var (grown, band, result) = (new Size2d(1, 1), (Band?)null, (PictureStrips?)null);
        var tops = Starts(height, tileHeight);
        for (var i = 0; i < tops.Length; i++)
        {
            foreach (var x in Starts(width, tileWidth))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var step = device.Step();
                var tile = input.Crop(x, tops[i], Math.Min(tileWidth, width), Math.Min(tileHeight, height));
                var output = translate(tile);
                var (made, factor) = (output.Shape, new Size2d(output.Shape[2] / tile.Height, output.Shape[3] / tile.Width));
                if ((made[2], made[3]) != (factor.Height * tile.Height, factor.Width * tile.Width) || (band is not null && factor != grown))
                {
                    throw new ShapeException($"tiles of {tile.Width}x{tile.Height} pixels become {made[3]}x{made[2]}, and only tiles " +
                        "that keep their size or grow by a whole number can be joined; --size reduces the picture");
                }

                grown = factor;
                band ??= new Band(made[1], made[2], width * grown.Width);
                Blend(output, x * grown.Width, tops[i] * grown.Height, height * grown.Height, grown, band);
            }

            // Rows above the next row of tiles are final.
            var done = ((i + 1 < tops.Length ? tops[i + 1] : height) - tops[i]) * grown.Height;
            using var strip = device.Step();
            result ??= new PictureStrips(width * grown.Width, height * grown.Height);
            result.Append(toPicture(Tensor.From(band!.TakeOff(done), new Shape(1, band.Channels, done, band.Width), device)));
        }

        return result!.ToPicture();
    }

    /// <summary>Number of the picture's tiles.</summary>
    public long CountOf(Picture input) => (long)Starts(input.Width, tileWidth).Length * Starts(input.Height, tileHeight).Length;

    /// <summary>Start positions of the tiles: evenly spaced, the last tile ends at the border.</summary>
    private int[] Starts(int length, int side)
    {
        if (length <= side)
        {
            return [0];
        }

        var gaps = (length - overlap - 1) / (side - overlap);
        return [.. Enumerable.Range(0, gaps + 1).Select(i => (int)((long)i * (length - side) / gaps))];
    }

    private void Blend(Tensor output, int left, int top, int wholeHeight, Size2d grown, Band band)
    {
        var (channels, h, w) = (output.Shape[1], output.Shape[2], output.Shape[3]);
        var values = output.ToArray();
        for (var y = 0; y < h; y++)
        {
            var rowWeight = Ramp(y, top, h, wholeHeight, overlap * grown.Height);
            for (var x = 0; x < w; x++)
            {
                var weight = Ramp(x, left, w, band.Width, overlap * grown.Width) * rowWeight;
                var place = (y * band.Width) + left + x;
                band.Weights[place] += weight;
                for (var c = 0; c < channels; c++)
                {
                    band.Sums[(c * band.Weights.Length) + place] += weight * values[(((c * h) + y) * w) + x];
                }
            }
        }
    }

    /// <summary>Blending weight: rises over the overlap at a tile's inner borders; 1 elsewhere.</summary>
    private static float Ramp(int position, int start, int length, int whole, int over)
    {
        var fromStart = start == 0 ? float.PositiveInfinity : position + 1;
        var fromEnd = start + length == whole ? float.PositiveInfinity : length - position;
        return MathF.Min(1, MathF.Min(fromStart, fromEnd) / (over + 1));
    }

    /// <summary>Weighted sums over the rows of one row of tiles.</summary>
    private sealed class Band(int channels, int rows, int width)
    {
        public int Channels => channels;

        public int Width => width;

        /// <summary>[C, rows, W].</summary>
        public float[] Sums { get; } = new float[channels * rows * width];

        /// <summary>[rows, W].</summary>
        public float[] Weights { get; } = new float[rows * width];

        /// <summary>Removes the upper rows and returns their weighted means, [C, count, W]. Later rows move up, and zeros follow.</summary>
        public float[] TakeOff(int count)
        {
            var means = new float[channels * count * width];
            for (var c = 0; c < channels; c++)
            {
                var plane = Sums.AsSpan(c * Weights.Length, Weights.Length);
                for (var i = 0; i < count * width; i++)
                {
                    means[(c * count * width) + i] = plane[i] / Weights[i];
                }

                MoveUp(plane, count * width);
            }

            MoveUp(Weights, count * width);
            return means;
        }

        private static void MoveUp(Span<float> plane, int by)
        {
            plane[by..].CopyTo(plane);
            plane[^by..].Clear();
        }
    }
}
