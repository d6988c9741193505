namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>The class of a part of a synthetic facade; each has its own colour on the label map.</summary>
internal enum FacadePart
{
    /// <summary>Sky with the sun on the left. The side is visible in the label map, so that shadows are predictable.</summary>
    SkyLitFromLeft,
    SkyLitFromRight,
    CreamPlaster,
    RosePlaster,
    Brick,
    Stone,
    Roof,
    Chimney,
    Cornice,
    Pilaster,
    Window,
    LitWindow,
    Sill,
    Shutter,
    Balcony,
    Door,
    Shop,
    Awning,
    Ground,
    Plant,
}

internal enum ElementShape
{
    Rectangle,

    /// <summary>A rectangle with a half circle on top.</summary>
    Arch,

    /// <summary>Narrower at the top.</summary>
    Trapezoid,
    Ellipse,
}

/// <summary>A box in units of the picture's side, y downwards.</summary>
internal readonly record struct Box(float Left, float Top, float Right, float Bottom)
{
    public float Width => Right - Left;

    public float Height => Bottom - Top;

    public float CentreX => (Left + Right) / 2;

    public static Box Around(float centreX, float top, float width, float height) =>
        new(centreX - (width / 2), top, centreX + (width / 2), top + height);

    public Box Grown(float x, float y) => new(Left - x, Top - y, Right + x, Bottom + y);
}

/// <summary>An element to paint, over the earlier ones.</summary>
/// <param name="Variety">a random number from 0 to 1 for details that are not in the label map</param>
internal readonly record struct FacadeElement(FacadePart Kind, Box Box, ElementShape Shape, float Variety);
