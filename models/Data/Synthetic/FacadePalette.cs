using System.Numerics;

namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>A set of matching colours; it depends only on the wall's material, which the label map shows.</summary>
internal sealed record FacadePalette
{
    public required Vector3 Wall { get; init; }

    public required Vector3 Trim { get; init; }

    public required Vector3 Roof { get; init; }

    public required Vector3 Chimney { get; init; }

    public required Vector3 Shutter { get; init; }

    public required Vector3 Door { get; init; }

    public required Vector3 Awning { get; init; }

    public Vector3 Frame { get; init; } = new(0.93f, 0.92f, 0.89f);

    public Vector3 Iron { get; init; } = new(0.09f, 0.09f, 0.10f);

    public static FacadePalette For(FacadePart wall) => wall switch
    {
        FacadePart.CreamPlaster => new FacadePalette
        {
            Wall = new(0.89f, 0.78f, 0.56f), Trim = new(0.95f, 0.92f, 0.85f), Roof = new(0.66f, 0.33f, 0.22f),
            Chimney = new(0.60f, 0.38f, 0.30f),
            Shutter = new(0.22f, 0.42f, 0.30f), Door = new(0.36f, 0.20f, 0.11f), Awning = new(0.72f, 0.15f, 0.14f),
        },
        FacadePart.RosePlaster => new FacadePalette
        {
            Wall = new(0.85f, 0.60f, 0.53f), Trim = new(0.95f, 0.91f, 0.87f), Roof = new(0.38f, 0.36f, 0.38f),
            Chimney = new(0.66f, 0.46f, 0.40f),
            Shutter = new(0.36f, 0.46f, 0.60f), Door = new(0.16f, 0.24f, 0.36f), Awning = new(0.17f, 0.33f, 0.55f),
        },
        FacadePart.Brick => new FacadePalette
        {
            Wall = new(0.60f, 0.29f, 0.22f), Trim = new(0.87f, 0.83f, 0.75f), Roof = new(0.27f, 0.29f, 0.34f),
            Chimney = new(0.52f, 0.27f, 0.22f),
            Shutter = new(0.13f, 0.24f, 0.19f), Door = new(0.12f, 0.25f, 0.18f), Awning = new(0.14f, 0.40f, 0.28f),
        },
        _ => new FacadePalette
        {
            Wall = new(0.74f, 0.73f, 0.69f), Trim = new(0.86f, 0.85f, 0.82f), Roof = new(0.34f, 0.40f, 0.42f),
            Chimney = new(0.60f, 0.59f, 0.57f),
            Shutter = new(0.42f, 0.30f, 0.22f), Door = new(0.45f, 0.11f, 0.11f), Awning = new(0.82f, 0.58f, 0.16f),
        },
    };
}
