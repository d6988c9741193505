namespace IlgpuGan.Models.Losses;

/// <summary>The kind of adversarial loss; see <see cref="GanLoss"/>.</summary>
public enum GanMode
{
    Lsgan,
    Vanilla,
    Wgangp,
    Hinge,
    Rpgan,
}
