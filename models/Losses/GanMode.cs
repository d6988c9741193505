namespace IlgpuGan.Models.Losses;

/// <summary>The loss of a discriminator's scores.</summary>
public enum GanMode
{
    Lsgan,
    Vanilla,
    Wgangp,
}
