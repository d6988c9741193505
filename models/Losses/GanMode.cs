namespace IlgpuGan.Models.Losses;

/// <summary>The kind of adversarial loss.</summary>
public enum GanMode
{
    Lsgan,
    Vanilla,
    Wgangp,
}
