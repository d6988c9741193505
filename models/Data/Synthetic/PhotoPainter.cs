using System.Numerics;

namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>Paints the photograph of a facade: materials, reflections, shadows away from the sun, grain.</summary>
internal sealed class PhotoPainter
{
    private const float Grain = 0.02f;

    private readonly FacadePlan _plan;
    private readonly Canvas _canvas;
    private readonly Noise _noise;
    private readonly FacadePalette _palette;

    /// <summary>Direction of shadows: +1 to the right, −1 to the left.</summary>
    private readonly float _shade;

    private PhotoPainter(FacadePlan plan, int size, uint seed)
    {
        (_plan, _canvas, _noise) = (plan, new Canvas(size), new Noise(seed));
        _palette = FacadePalette.For(plan.Wall);
        _shade = plan.LitFromLeft ? 1 : -1;
    }

    public static byte[] Paint(FacadePlan plan, int size, uint seed)
    {
        var painter = new PhotoPainter(plan, size, seed);
        foreach (var element in plan.Elements)
        {
            painter.Paint(element);
        }

        painter.Finish(size);
        return painter._canvas.ToBytes();
    }

    private void Paint(FacadeElement e)
    {
        switch (e.Kind)
        {
            case FacadePart.SkyLitFromLeft or FacadePart.SkyLitFromRight:
                _canvas.Paint(e.Box, e.Shape, Sky);
                break;
            case FacadePart.CreamPlaster or FacadePart.RosePlaster or FacadePart.Brick or FacadePart.Stone:
                _canvas.Paint(e.Box, e.Shape, Wall);
                break;
            case FacadePart.Roof:
                _canvas.Paint(e.Box, e.Shape, Roof);
                break;
            case FacadePart.Chimney:
                _canvas.Paint(e.Box, e.Shape, (p, uv) => Solid(Lit(_palette.Chimney * Bricks(p, 0.016f), uv.X, 0.25f)));
                break;
            case FacadePart.Cornice or FacadePart.Sill:
                PaintLedge(e.Box, e.Kind == FacadePart.Cornice ? 0.035f : 0.02f);
                break;
            case FacadePart.Pilaster:
                PaintShadow(e.Box, 0.012f, 0);
                _canvas.Paint(
                    e.Box, e.Shape,
                    (p, uv) => Solid(Lit(_palette.Trim * (0.93f + (0.1f * _noise.Cloudy(p.X * 30, p.Y * 30))), uv.X, 0.3f)));
                break;
            case FacadePart.Window or FacadePart.LitWindow:
                PaintWindow(e);
                break;
            case FacadePart.Shutter:
                PaintShadow(e.Box, 0.008f, 0.008f);
                _canvas.Paint(e.Box, e.Shape, (_, uv) => Solid(_palette.Shutter * (0.8f + (0.28f * Wave(uv.Y * 9)))));
                break;
            case FacadePart.Balcony:
                PaintBalcony(e.Box);
                break;
            case FacadePart.Door:
                PaintDoor(e);
                break;
            case FacadePart.Shop:
                PaintShop(e);
                break;
            case FacadePart.Awning:
                PaintShadow(e.Box, 0.012f, 0.04f);
                _canvas.Paint(
                    e.Box, e.Shape,
                    (p, uv) =>
                        Solid((Wave(uv.X * 6) > 0.5f ? _palette.Awning : new Vector3(0.95f, 0.93f, 0.88f)) * (1.05f - (0.35f * uv.Y))));
                break;
            case FacadePart.Ground:
                _canvas.Paint(e.Box, e.Shape, Ground);
                break;
            default:
                PaintPlant(e);
                break;
        }
    }

    private Vector4 Sky(Vector2 p, Vector2 uv)
    {
        var blue = Vector3.Lerp(new(0.36f, 0.57f, 0.86f), new(0.84f, 0.90f, 0.95f), MathF.Min(1, p.Y * 1.9f));
        var cloud = Math.Clamp((_noise.Cloudy(p.X * 3.5f, p.Y * 9) - 0.48f) * 3.2f, 0, 0.85f);
        var sun = MathF.Max(0, 1 - (MathF.Abs(p.X - (_shade > 0 ? 0 : 1)) * 1.3f)) * 0.28f;
        return Solid(Vector3.Lerp(blue, new(0.98f, 0.97f, 0.95f), cloud) + (new Vector3(0.25f, 0.16f, 0.02f) * sun));
    }

    private Vector4 Wall(Vector2 p, Vector2 uv)
    {
        var texture = _plan.Wall switch
        {
            FacadePart.Brick => Bricks(p, 0.022f),
            FacadePart.Stone => Blocks(p),
            _ => 0.94f + (0.12f * _noise.Cloudy(p.X * 9, p.Y * 9)),
        };
        var soiling = 1 - (0.22f * MathF.Pow(uv.Y, 3)) - (0.1f * MathF.Max(0, 0.12f - uv.Y) / 0.12f);
        return Solid(Lit(_palette.Wall * texture * soiling, uv.X, 0.16f));
    }

    private Vector4 Roof(Vector2 p, Vector2 uv)
    {
        var row = (int)MathF.Floor(p.Y / 0.014f);
        var tile = 0.86f + (0.2f * _noise.Cell((int)MathF.Floor((p.X / 0.02f) + ((row & 1) * 0.5f)), row + 900));
        var lap = 0.8f + (0.2f * (1 - (p.Y / 0.014f) + row));
        return Solid(Lit(_palette.Roof * tile * lap * (0.9f + (0.2f * uv.Y)), uv.X, 0.3f));
    }

    private Vector4 Ground(Vector2 p, Vector2 uv)
    {
        if (uv.Y < 0.45f)
        {
            var joint = Wave((p.X / 0.09f) + (uv.Y * 0.3f)) > 0.95f || uv.Y is > 0.2f and < 0.24f ? 0.8f : 1;
            return Solid(new Vector3(0.66f, 0.64f, 0.61f) * joint * (0.92f + (0.15f * _noise.Cloudy(p.X * 25, p.Y * 25))));
        }

        return uv.Y < 0.55f
            ? Solid(new Vector3(0.82f, 0.81f, 0.78f))
            : Solid(new Vector3(0.27f, 0.27f, 0.29f) * (0.85f + (0.3f * _noise.Cloudy(p.X * 40, p.Y * 60))));
    }

    private void PaintLedge(Box box, float shadow)
    {
        PaintShadow(box, 0.01f, shadow);
        _canvas.Paint(box, ElementShape.Rectangle, (p, uv) =>
            Solid(Lit(_palette.Trim * (uv.Y < 0.35f ? 1.06f : uv.Y < 0.7f ? 0.92f : 0.74f), uv.X, 0.12f)));
    }

    private void PaintWindow(FacadeElement e)
    {
        var frame = MathF.Min(e.Box.Width * 0.1f, 0.012f);
        _canvas.Paint(e.Box.Grown(frame, frame), e.Shape, (_, uv) => Solid(Lit(_palette.Trim, uv.X, 0.2f)));
        _canvas.Paint(e.Box, e.Shape, (p, uv) => Solid(Glass(e, p, uv)));
        var (mullion, transom) = (frame * 0.7f, e.Box.Top + (e.Box.Height * 0.38f));
        _canvas.Paint(Box.Around(e.Box.CentreX, e.Box.Top, mullion, e.Box.Height), ElementShape.Rectangle, (_, _) => Solid(_palette.Frame));
        _canvas.Paint(
            new Box(e.Box.Left, transom, e.Box.Right, transom + mullion), ElementShape.Rectangle, (_, _) => Solid(_palette.Frame));
    }

    /// <summary>Window glass: reflected sky above, a dark room below, curtains, and the shadow of the reveal on the sun's side.</summary>
    private Vector3 Glass(FacadeElement e, Vector2 p, Vector2 uv)
    {
        var mirrored = Vector3.Lerp(
            new(0.50f, 0.62f, 0.74f), new(0.10f, 0.13f, 0.18f), MathF.Min(1, (uv.Y * 0.95f) + (0.25f * MathF.Abs(uv.X - 0.5f))));
        if (MathF.Abs(uv.X + (_shade * uv.Y * 0.5f) - 0.5f) < 0.09f)
        {
            mirrored += new Vector3(0.10f);
        }

        var fromSide = MathF.Min(uv.X, 1 - uv.X);
        if (fromSide < 0.12f + (0.14f * e.Variety))
        {
            mirrored = Vector3.Lerp(mirrored, new(0.80f, 0.78f, 0.72f), 0.35f + (0.25f * Wave(uv.X * 7)));
        }

        if (e.Kind == FacadePart.LitWindow)
        {
            mirrored = Vector3.Lerp(mirrored, new(1.0f, 0.80f, 0.42f), 0.8f - (0.25f * uv.Y));
        }

        var reveal = MathF.Min(uv.Y / 0.14f, (_shade > 0 ? uv.X : 1 - uv.X) / 0.16f);
        return mirrored * float.Lerp(0.5f, 1, Math.Clamp(reveal, 0, 1));
    }

    private void PaintBalcony(Box box)
    {
        var slab = box with { Top = box.Bottom - 0.014f };
        PaintShadow(slab, 0.015f, 0.05f);
        _canvas.Paint(box, ElementShape.Rectangle, (_, uv) =>
            new Vector4(_palette.Iron, uv.Y < 0.1f ? 1 : 0.3f + (0.55f * MathF.Pow(Wave(uv.X * MathF.Round(box.Width / 0.017f)), 2))));
        _canvas.Paint(slab, ElementShape.Rectangle, (_, uv) => Solid(Lit(_palette.Trim * (uv.Y < 0.5f ? 1 : 0.8f), uv.X, 0.15f)));
    }

    private void PaintDoor(FacadeElement e)
    {
        _canvas.Paint(e.Box.Grown(0.014f, 0.014f), e.Shape, (_, uv) => Solid(Lit(_palette.Trim, uv.X, 0.2f)));
        _canvas.Paint(e.Box, e.Shape, (p, uv) =>
        {
            if (uv.Y < 0.24f)
            {
                return Solid(Glass(e, p, uv with { Y = uv.Y * 2 }));
            }

            var (x, y) = (uv.X * 2 % 1, (uv.Y - 0.24f) / 0.76f * 3 % 1);
            var panel = x is > 0.18f and < 0.82f && y is > 0.14f and < 0.86f ? 1.22f : 0.9f;
            var gap = MathF.Abs(uv.X - 0.5f) < 0.03f ? 0.5f : 1;
            return Solid(Lit(_palette.Door * panel * gap, uv.X, 0.2f));
        });
    }

    private void PaintShop(FacadeElement e)
    {
        _canvas.Paint(e.Box.Grown(0.008f, 0.008f), e.Shape, (_, _) => Solid(_palette.Door * 0.8f));
        _canvas.Paint(e.Box, e.Shape, (p, uv) =>
        {
            var inside = Vector3.Lerp(new(0.62f, 0.50f, 0.33f), new(0.22f, 0.18f, 0.15f), uv.Y * 0.8f);
            var goods = uv.Y > 0.55f && _noise.Smooth((p.X * 38) + (e.Variety * 50), p.Y * 30) is var n && n > 0.5f
                ? new Vector3(n * 0.4f, n * 0.25f, 0.1f)
                : Vector3.Zero;
            var shine = MathF.Abs(uv.X + (_shade * uv.Y * 0.7f) - 0.5f) < 0.07f ? 0.12f : 0;
            return Solid(inside + goods + new Vector3(shine));
        });
    }

    private void PaintPlant(FacadeElement e) => _canvas.Paint(e.Box.Grown(0.004f, 0.004f), e.Shape, (p, uv) =>
    {
        var leaves = _noise.Cloudy((p.X * 34) + (e.Variety * 90), p.Y * 34);
        var towardsSun = (_shade > 0 ? 1 - uv.X : uv.X) + 1 - uv.Y;
        var green = Vector3.Lerp(
            new(0.07f, 0.20f, 0.07f), new(0.46f, 0.62f, 0.22f), Math.Clamp((leaves * 0.9f) + (towardsSun * 0.4f) - 0.35f, 0, 1));
        return new Vector4(green, leaves + (MathF.Min(1, 4 * Edge(uv)) * 0.8f) > 0.62f ? 1 : 0);
    });

    /// <summary>Darkens the area below and on the side away from the sun.</summary>
    private void PaintShadow(Box box, float sideways, float down)
    {
        var (left, right) = _shade > 0 ? (box.Left, box.Right + sideways) : (box.Left - sideways, box.Right);
        _canvas.Paint(
            new Box(left, box.Top + (down * 0.5f), right, box.Bottom + down), ElementShape.Rectangle,
            (_, uv) => new Vector4(0.05f, 0.04f, 0.08f, 0.42f * (1.15f - (0.6f * uv.Y))));
    }

    private void Finish(int size) => _canvas.Adjust((p, colour) =>
    {
        var vignette = 1 - (0.16f * Vector2.DistanceSquared(p, new(0.5f)));
        var grain = Grain * (_noise.Cell((int)(p.X * size), (int)(p.Y * size) + 5000) - 0.5f);
        return (colour * vignette * new Vector3(1.02f, 1.0f, 0.97f)) + new Vector3(grain);
    });

    /// <summary>Brighter towards the sun, darker away from it.</summary>
    private Vector3 Lit(Vector3 colour, float u, float depth) => colour * (1 + (depth * _shade * (0.5f - u)));

    private float Bricks(Vector2 p, float height)
    {
        var row = (int)MathF.Floor(p.Y / height);
        var along = (p.X / (height * 2.2f)) + ((row & 1) * 0.5f);
        var column = (int)MathF.Floor(along);
        var mortar = p.Y / height - row < 0.16f || along - column < 0.07f;
        return mortar ? 1.22f : 0.88f + (0.22f * _noise.Cell(column, row));
    }

    private float Blocks(Vector2 p)
    {
        const float height = 0.045f;
        var row = (int)MathF.Floor(p.Y / height);
        var along = (p.X / (height * 2)) + ((row & 1) * 0.5f);
        var column = (int)MathF.Floor(along);
        var joint = p.Y / height - row < 0.1f || along - column < 0.05f;
        return (joint ? 0.8f : 0.95f + (0.1f * _noise.Cell(column, row))) * (0.95f + (0.1f * _noise.Cloudy(p.X * 20, p.Y * 20)));
    }

    /// <summary>A wave with period 1, from 0 to 1 and back.</summary>
    private static float Wave(float t) => 0.5f - (0.5f * MathF.Cos(t * MathF.Tau));

    /// <summary>Depth inside an ellipse: 0 at the rim, 1 at the centre.</summary>
    private static float Edge(Vector2 uv) => 1 - MathF.Min(1, 2 * Vector2.Distance(uv, new(0.5f)));

    private static Vector4 Solid(Vector3 colour) => new(colour, 1);
}
