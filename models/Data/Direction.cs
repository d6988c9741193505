using System.Text.Json.Serialization;

namespace IlgpuGan.Models.Data;

/// <summary>Which domain is translated to which.</summary>
public enum Direction
{
    [JsonStringEnumMemberName("AtoB")]
    AToB,

    [JsonStringEnumMemberName("BtoA")]
    BToA,
}

public static class Directions
{
    /// <summary>The other way.</summary>
    public static Direction Opposite(this Direction direction) => direction == Direction.AToB ? Direction.BToA : Direction.AToB;
}
