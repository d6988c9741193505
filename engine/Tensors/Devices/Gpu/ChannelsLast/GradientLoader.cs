using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// What a thread copies in each turn of a weight gradient: of four pixels, a chunk of dy's filters and one of the image's channels. A turn
/// is a part of a line of pixels, or several lines; behind a line's and an image's last turn the addresses jump.
/// </summary>
internal struct GradientLoader
{
    /// <summary>Bytes of the pixels that the group's threads copy at once, a chunk each.</summary>
    private const int Step = GradientKernel.Threads * TurnsTile.ChunkBytes;

    /// <summary>The next turn's first pixel, with this thread's filters and channels.</summary>
    private long _dy, _image;

    /// <summary>From there to this thread's pixels, in bytes.</summary>
    private int _dy0, _dy1, _dy2, _dy3, _image0, _image1, _image2, _image3;

    /// <summary>Turns left in the line and in the image.</summary>
    private int _leftInLine, _leftInImage;

    private int _place;

    /// <param name="turn">the first turn of the group's part of the depth</param>
    /// <param name="firstRow">the group's first filter</param>
    /// <param name="firstColumn">its first column</param>
    /// <param name="shared">the address of the first stage</param>
    public static GradientLoader Start<TPrecision, TFragments>(in GradientPass g, int turn, int firstRow, int firstColumn, int shared)
        where TPrecision : struct, ITensorPrecision
        where TFragments : struct, IGradientFragments<TFragments>
    {
        // A row of a stage is a pixel, so the group's threads copy as many pixels at once as a chunk has numbers.
        int chunks = GradientKernel.Side / TPrecision.ChunkDepth, pixelsAtOnce = GradientKernel.Threads / chunks;
        int size = TurnsTile.ChunkBytes / TPrecision.ChunkDepth, pixel = Group.IdxX / chunks, chunk = Group.IdxX % chunks;

        // Filters and columns beyond the last repeat it, and are not stored.
        int filter = IntrinsicMath.Min(firstRow + (chunk * TPrecision.ChunkDepth), g.FilterDepth - TPrecision.ChunkDepth);
        int column = IntrinsicMath.Min(firstColumn + (chunk * TPrecision.ChunkDepth), g.Columns - TPrecision.ChunkDepth);
        int tap = g.OfChannels.Quotient(column), tapRow = g.TapsX.Quotient(tap), tapColumn = tap - (tapRow * g.TapsX.Value);
        int ofTap = (tapRow * g.TapRow) + (tapColumn * g.TapColumn) + ((column - (tap * g.ChannelDepth)) * size);
        int image = g.ImageTurns.Quotient(turn), inImage = turn - (image * g.ImageTurns.Value);
        int line = g.LineTurns.Quotient(inImage), inLine = (inImage - (line * g.LineTurns.Value)) * g.TurnDepth;
        GradientLoader loader = default;
        loader._dy = DeviceAddress.Of(ref g.Dy[0]) + g.DyOrigin + ((long)image * g.DyImage) + (line * g.DyLine) + (inLine * g.DyColumn)
            + (filter * size);
        loader._image = DeviceAddress.Of(ref g.Image[0]) + ((long)image * g.ImageNext) + (line * g.ImageLine) + (inLine * g.ImageColumn)
            + ofTap;
        loader._leftInLine = g.LineTurns.Value - (inImage - (line * g.LineTurns.Value));
        loader._leftInImage = g.ImageTurns.Value - inImage;
        loader._place = shared + TFragments.Place(pixel, chunk);
        loader._dy0 = Offset(g, pixel, g.DyRow, g.DyColumn);
        loader._dy1 = Offset(g, pixel + pixelsAtOnce, g.DyRow, g.DyColumn);
        loader._dy2 = Offset(g, pixel + (2 * pixelsAtOnce), g.DyRow, g.DyColumn);
        loader._dy3 = Offset(g, pixel + (3 * pixelsAtOnce), g.DyRow, g.DyColumn);
        loader._image0 = Offset(g, pixel, g.ImageRow, g.ImageColumn);
        loader._image1 = Offset(g, pixel + pixelsAtOnce, g.ImageRow, g.ImageColumn);
        loader._image2 = Offset(g, pixel + (2 * pixelsAtOnce), g.ImageRow, g.ImageColumn);
        loader._image3 = Offset(g, pixel + (3 * pixelsAtOnce), g.ImageRow, g.ImageColumn);
        return loader;
    }

    /// <summary>Starts the next turn's copies.</summary>
    /// <param name="stage">where to, in bytes from the first stage</param>
    /// <param name="has">0 behind the last turn, where nothing is copied</param>
    public void Copy(in GradientPass g, int stage, int has)
    {
        const int Right = GradientKernel.OperandBytes;
        int to = _place + stage;
        SharedAddress.CopyIf(to, _dy + _dy0, has);
        SharedAddress.CopyIf(to + Step, _dy + _dy1, has);
        SharedAddress.CopyIf(to + (2 * Step), _dy + _dy2, has);
        SharedAddress.CopyIf(to + (3 * Step), _dy + _dy3, has);
        SharedAddress.CopyIf(to + Right, _image + _image0, has);
        SharedAddress.CopyIf(to + Right + Step, _image + _image1, has);
        SharedAddress.CopyIf(to + Right + (2 * Step), _image + _image2, has);
        SharedAddress.CopyIf(to + Right + (3 * Step), _image + _image3, has);
        Advance(g);
    }

    private void Advance(in GradientPass g)
    {
        _leftInLine--;
        _leftInImage--;
        int dy = g.TurnDepth * g.DyColumn, image = g.TurnDepth * g.ImageColumn;

        // Behind a line's last turn the next line's first, and behind an image's last line the next image's first.
        dy = _leftInLine == 0 ? g.DyLine - ((g.LineTurns.Value - 1) * dy) : dy;
        image = _leftInLine == 0 ? g.ImageLine - ((g.LineTurns.Value - 1) * image) : image;
        dy = _leftInImage == 0 ? dy + g.DyJump : dy;
        image = _leftInImage == 0 ? image + g.ImageJump : image;
        _leftInLine = _leftInLine == 0 ? g.LineTurns.Value : _leftInLine;
        _leftInImage = _leftInImage == 0 ? g.ImageTurns.Value : _leftInImage;
        _dy += dy;
        _image += image;
    }

    private static int Offset(in GradientPass g, int pixel, int row, int column)
    {
        int y = pixel >> g.WidthShift, x = pixel - (y << g.WidthShift);
        return (y * row) + (x * column);
    }
}
