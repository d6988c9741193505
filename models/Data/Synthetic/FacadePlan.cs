namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>A random house front: its elements from back to front.</summary>
internal sealed class FacadePlan
{
    private static readonly FacadePart[] s_walls =
        [FacadePart.CreamPlaster, FacadePart.RosePlaster, FacadePart.Brick, FacadePart.Stone];

    private readonly List<FacadeElement> _elements = [];
    private RandomSequence _random;
    private ElementShape _windowShape;
    private bool _hasShutters;
    private bool _hasSills;
    private float _windowFill;

    public FacadePlan(RandomSequence random)
    {
        _random = random;
        LitFromLeft = _random.Chance(0.5f);
        Wall = s_walls[_random.NextInt(s_walls.Length)];
        Build();
    }

    /// <summary>A single surface that fills the picture; not random.</summary>
    public FacadePlan(FacadePart surface)
    {
        _random = new RandomSequence(default);
        LitFromLeft = surface != FacadePart.SkyLitFromRight;
        Wall = s_walls.Contains(surface) ? surface : s_walls[0];
        Add(surface, new Box(0, 0, 1, 1));
    }

    /// <summary>The kinds with a uniform appearance.</summary>
    public static IReadOnlyList<FacadePart> Surfaces { get; } =
    [
        FacadePart.SkyLitFromLeft, FacadePart.SkyLitFromRight, .. s_walls, FacadePart.Roof, FacadePart.Chimney, FacadePart.Pilaster,
        FacadePart.Shutter, FacadePart.Awning, FacadePart.Ground,
    ];

    public bool LitFromLeft { get; }

    public FacadePart Wall { get; }

    public IReadOnlyList<FacadeElement> Elements => _elements;

    private void Build()
    {
        var ground = _random.Between(0.88f, 0.93f);
        var body = new Box(_random.Between(0.04f, 0.12f), _random.Between(0.16f, 0.28f), _random.Between(0.88f, 0.96f), ground);
        Add(LitFromLeft ? FacadePart.SkyLitFromLeft : FacadePart.SkyLitFromRight, new Box(0, 0, 1, 1));
        AddRoof(body);
        Add(Wall, body);
        Add(FacadePart.Ground, new Box(0, ground, 1, 1));

        var columns = 3 + _random.NextInt(3);
        var floors = 3 + _random.NextInt(2);
        var shops = _random.Chance(0.4f);
        _windowShape = _random.Chance(0.35f) ? ElementShape.Arch : ElementShape.Rectangle;
        _hasShutters = columns < 5 && _random.Chance(0.4f);
        _hasSills = _random.Chance(0.8f);
        _windowFill = _random.Between(0.42f, _hasShutters ? 0.46f : 0.58f);

        var groundFloor = body.Height * (shops ? 0.27f : 0.25f);
        var upper = body with { Bottom = body.Bottom - groundFloor };
        if (_random.Chance(0.35f))
        {
            AddPilasters(body, columns);
        }

        AddUpperFloors(upper, floors - 1, columns);
        AddGroundFloor(body with { Top = upper.Bottom }, columns, shops);
        Add(FacadePart.Cornice, new Box(body.Left - 0.02f, body.Top - 0.012f, body.Right + 0.02f, body.Top + 0.02f));
        AddPlants(ground);
    }

    private void AddRoof(Box body)
    {
        var chimneys = _random.NextInt(3);
        var pitched = _random.Chance(0.7f);
        var top = body.Top - (pitched ? _random.Between(0.07f, 0.13f) : 0.01f);
        for (var i = 0; i < chimneys; i++)
        {
            var x = _random.Between(body.Left + 0.18f, body.Right - 0.18f);
            Add(FacadePart.Chimney, Box.Around(x, top - 0.05f, 0.05f, body.Top - top + 0.05f));
        }

        if (pitched)
        {
            Add(FacadePart.Roof, new Box(body.Left - 0.015f, top, body.Right + 0.015f, body.Top), ElementShape.Trapezoid);
        }
    }

    private void AddPilasters(Box body, int columns)
    {
        for (var i = 0; i <= columns; i += columns)
        {
            var x = i == 0 ? body.Left + 0.018f : body.Right - 0.018f;
            Add(FacadePart.Pilaster, Box.Around(x, body.Top, 0.03f, body.Height));
        }
    }

    private void AddUpperFloors(Box area, int floors, int columns)
    {
        var balconyFloor = _random.Chance(0.6f) ? _random.NextInt(floors) : -1;
        var everyOther = _random.Chance(0.5f);
        var (pitchX, pitchY) = (area.Width / (columns + 0.35f), (area.Height - 0.02f) / floors);
        for (var floor = 0; floor < floors; floor++)
        {
            for (var column = 0; column < columns; column++)
            {
                var x = area.CentreX + ((column - ((columns - 1) / 2f)) * pitchX);
                var y = area.Top + 0.035f + (floor * pitchY);
                var window = Box.Around(x, y, pitchX * _windowFill, pitchY * 0.64f);
                AddWindow(window);
                if (floor == balconyFloor && (!everyOther || column % 2 == 0))
                {
                    Add(
                        FacadePart.Balcony,
                        new Box(
                            window.Left - (pitchX * 0.12f), window.Top + (window.Height * 0.55f), window.Right + (pitchX * 0.12f),
                            window.Bottom + 0.014f));
                }
            }
        }

        Add(FacadePart.Cornice, new Box(area.Left, area.Bottom - 0.008f, area.Right, area.Bottom + 0.01f));
    }

    private void AddWindow(Box box)
    {
        if (_hasShutters)
        {
            var width = box.Width * 0.42f;
            Add(FacadePart.Shutter, box with { Left = box.Left - width, Right = box.Left });
            Add(FacadePart.Shutter, box with { Left = box.Right, Right = box.Right + width });
        }

        Add(_random.Chance(0.12f) ? FacadePart.LitWindow : FacadePart.Window, box, _windowShape, _random.NextSingle());
        if (_hasSills)
        {
            Add(FacadePart.Sill, new Box(box.Left - 0.008f, box.Bottom, box.Right + 0.008f, box.Bottom + 0.014f));
        }
    }

    private void AddGroundFloor(Box area, int columns, bool shops)
    {
        var pitch = area.Width / (columns + 0.35f);
        var doorColumn = _random.NextInt(columns);
        for (var column = 0; column < columns; column++)
        {
            var x = area.CentreX + ((column - ((columns - 1) / 2f)) * pitch);
            if (column == doorColumn)
            {
                var shape = _random.Chance(0.5f) ? ElementShape.Arch : ElementShape.Rectangle;
                Add(
                    FacadePart.Door, Box.Around(x, area.Top + (area.Height * 0.22f), Math.Min(pitch * 0.52f, 0.12f), area.Height * 0.78f),
                    shape, _random.NextSingle());
            }
            else if (shops)
            {
                Add(
                    FacadePart.Shop, Box.Around(x, area.Top + (area.Height * 0.3f), pitch * 0.8f, area.Height * 0.6f),
                    variety: _random.NextSingle());
                Add(
                    FacadePart.Awning, Box.Around(x, area.Top + (area.Height * 0.2f), pitch * 0.88f, area.Height * 0.2f),
                    ElementShape.Trapezoid);
            }
            else
            {
                AddWindow(Box.Around(x, area.Top + (area.Height * 0.25f), pitch * _windowFill, area.Height * 0.5f));
            }
        }
    }

    private void AddPlants(float ground)
    {
        var plants = _random.NextInt(3);
        for (var i = 0; i < plants; i++)
        {
            var x = _random.Chance(0.5f) ? _random.Between(0, 0.14f) : _random.Between(0.86f, 1);
            var (width, height) = (_random.Between(0.1f, 0.2f), _random.Between(0.08f, 0.26f));
            Add(FacadePart.Plant, Box.Around(x, ground + 0.02f - height, width, height), ElementShape.Ellipse, _random.NextSingle());
        }
    }

    private void Add(FacadePart kind, Box box, ElementShape shape = ElementShape.Rectangle, float variety = 0) =>
        _elements.Add(new FacadeElement(kind, box, shape, variety));
}
